//! How mails look: one layout, as plain text and as HTML.

use super::model::MailBody;

/// What a mail says: a heading, paragraphs, at most one thing to do, and a note below.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// One line in large type.
    pub heading: String,
    /// What there is to say.
    pub paragraphs: Vec<String>,
    /// The label of the button, and where it leads.
    pub button: Option<(String, String)>,
    /// Small print: why the person got this.
    pub note: String,
}

impl Letter {
    /// The letter in both forms.
    pub fn body(&self) -> MailBody {
        MailBody {
            text: self.text(),
            html: self.html(),
        }
    }

    fn text(&self) -> String {
        let mut parts = vec![self.heading.clone()];
        parts.extend(self.paragraphs.iter().cloned());
        if let Some((label, url)) = &self.button {
            parts.push(format!("{label}:\n{url}"));
        }
        parts.push(format!("-- \n{}\n", self.note));
        parts.join("\n\n")
    }

    fn html(&self) -> String {
        let paragraphs: String = self
            .paragraphs
            .iter()
            .map(|text| format!(r#"<p style="margin:0 0 16px;font-size:15px;line-height:1.55;color:#3d4451">{}</p>"#, escaped(text)))
            .collect();
        let button = self.button.as_ref().map_or_else(String::new, |(label, url)| {
            let (label, url) = (escaped(label), escaped(url));
            format!(
                r#"<p style="margin:24px 0"><a href="{url}" style="display:inline-block;padding:11px 20px;border-radius:8px;background:#2f5bd8;color:#ffffff;font-size:15px;font-weight:600;text-decoration:none">{label}</a></p>
<p style="margin:0 0 16px;font-size:12px;line-height:1.5;color:#6b7280">Or open this address:<br><a href="{url}" style="color:#2f5bd8;word-break:break-all">{url}</a></p>"#
            )
        });
        format!(
            r#"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"></head>
<body style="margin:0;padding:0;background:#f3f4f7;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px">
<tr><td style="padding:0 4px 16px;font-size:14px;font-weight:600;color:#1b1f27">DevMetrics</td></tr>
<tr><td style="padding:32px;border:1px solid #e2e4ea;border-radius:12px;background:#ffffff">
<h1 style="margin:0 0 16px;font-size:21px;line-height:1.3;color:#1b1f27">{heading}</h1>
{paragraphs}{button}
</td></tr>
<tr><td style="padding:16px 4px;font-size:12px;line-height:1.5;color:#6b7280">{note}</td></tr>
</table></td></tr></table></body></html>
"#,
            heading = escaped(&self.heading),
            note = escaped(&self.note),
        )
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_entered_is_never_markup() {
        let letter = Letter {
            heading: "<script>".to_owned(),
            paragraphs: vec!["a & b".to_owned()],
            button: Some(("Go".to_owned(), "https://x.test/?a=\"1\"&b".to_owned())),
            note: "bye".to_owned(),
        };
        let body = letter.body();
        assert!(!body.html.contains("<script>") && body.html.contains("a &amp; b"));
        assert!(body.html.contains("https://x.test/?a=&quot;1&quot;&amp;b"));
        assert!(body.text.contains("Go:\nhttps://x.test/?a=\"1\"&b"));
    }
}
