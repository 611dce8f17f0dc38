//! A bar chart: few ink, a cursor by mouse and keyboard, and the same figures as a table.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{
    button::icon_button,
    dynamic::{switch, text},
    icon::Icon,
};
use crate::format;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Its name in full, as `25 Nov`.
    pub label: String,
    /// How long it is.
    pub value: i32,
    /// Drawn back: a weekend.
    pub is_quiet: bool,
}

const HEIGHT: f64 = 148.0;

/// A round number at or above the greatest value, so that the grid lines have round names.
fn ceiling(greatest: i32) -> i32 {
    let greatest = greatest.max(4);
    let mut unit = 1;
    loop {
        for step in [4, 8, 12, 20] {
            if step * unit >= greatest {
                return step * unit;
            }
        }
        unit *= 10;
    }
}

/// Shows bars, oldest first; `noun` is what they count.
pub fn bar_chart(title: &'static str, noun: &'static str, bars: Signal<Vec<Bar>>) -> AnyView {
    let is_table = RwSignal::new(false);
    let toggle = move || {
        let (picture, label) = if is_table.get() {
            (Icon::Chart, "Show as a chart")
        } else {
            (Icon::Table, "Show as a table")
        };
        icon_button(
            picture,
            label,
            Callback::new(move |()| is_table.update(|is| *is = !*is)),
        )
    };
    view! {
        <div class="chart">
            <div class="chart-tools">{switch(toggle)}</div>
            {switch(move || if is_table.get() { table(title, noun, bars) } else { drawing(title, noun, bars) })}
        </div>
    }
    .into_any()
}

fn drawing(title: &'static str, noun: &'static str, bars: Signal<Vec<Bar>>) -> AnyView {
    let cursor = RwSignal::new(None::<usize>);
    let count = Signal::derive(move || bars.with(Vec::len));
    let top = Signal::derive(move || {
        ceiling(bars.with(|bars| bars.iter().map(|bar| bar.value).max().unwrap_or(0)))
    });
    let on_key = move |event: web_sys::KeyboardEvent| {
        let last = count.get_untracked().saturating_sub(1);
        let now = cursor.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => now.map_or(0, |index| (index + 1).min(last)),
            "ArrowLeft" => now.map_or(last, |index| index.saturating_sub(1)),
            "Home" => 0,
            "End" => last,
            "Escape" => {
                cursor.set(None);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        cursor.set(Some(next));
    };
    let on_move = move |event: web_sys::MouseEvent| {
        let Some(target) = event
            .current_target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        else {
            return;
        };
        let frame = target.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - frame.left()) / frame.width().max(1.0);
        let count = count.get_untracked();
        cursor.set(Some(
            ((share * count as f64) as usize).min(count.saturating_sub(1)),
        ));
    };
    let told = move || {
        cursor.get().and_then(|index| {
            bars.with(|bars| {
                bars.get(index)
                    .map(|bar| [&bar.label, ": ", &format::count(bar.value, noun)].concat())
            })
        })
    };
    view! {
        <div
            class="chart-area" tabindex="0" role="group" aria-roledescription="bar chart"
            aria-label=[title, ". Arrow keys move from bar to bar."].concat()
            on:keydown=on_key on:mousemove=on_move
            on:mouseleave=move |_| cursor.set(None) on:blur=move |_| cursor.set(None)
        >
            {switch(move || grid(top.get()))}
            <svg class="chart-bars" aria-hidden="true">{switch(move || columns(bars, top.get(), cursor))}</svg>
            {switch(move || cursor.get().map_or_else(|| ().into_any(), |index| tip(index, count.get(), told().unwrap_or_default())))}
        </div>
        <div class="chart-axis" aria-hidden="true">{switch(move || axis(bars))}</div>
        <span class="only-read" aria-live="polite">{text(move || told().unwrap_or_default())}</span>
    }
    .into_any()
}

fn grid(top: i32) -> AnyView {
    [4, 2, 0]
        .map(|quarter| {
            let style = ["bottom:", &(quarter * 25).to_string(), "%"].concat();
            view! { <span class="chart-line" style=style aria-hidden="true"><i>{format::number(top / 4 * quarter)}</i></span> }.into_any()
        })
        .into_iter()
        .collect_view()
        .into_any()
}

fn columns(bars: Signal<Vec<Bar>>, top: i32, cursor: RwSignal<Option<usize>>) -> AnyView {
    let bars = bars.get();
    let slot = 100.0 / bars.len().max(1) as f64;
    bars.into_iter()
        .enumerate()
        .map(|(index, bar)| {
            let value = f64::from(bar.value.max(0)) / f64::from(top);
            // A day without points is a thin line on the ground: nothing happened, but it is known.
            let height = (value * HEIGHT).max(if bar.value == 0 { 1.0 } else { 3.0 });
            let is_under = Signal::derive(move || cursor.get() == Some(index));
            view! {
                <rect
                    class="bar" class:quiet=bar.is_quiet class:none=bar.value == 0 class:under=is_under
                    x=percent(slot * (index as f64 + 0.14)) width=percent(slot * 0.72)
                    y=pixels(HEIGHT - height) height=pixels(height) rx="2"
                ></rect>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

fn tip(index: usize, count: usize, words: String) -> AnyView {
    let share = (index as f64 + 0.5) / count.max(1) as f64 * 100.0;
    let class = if share > 70.0 {
        "chart-tip left"
    } else {
        "chart-tip"
    };
    view! { <span class=class style=["left:", &percent(share)].concat() aria-hidden="true">{words}</span> }.into_any()
}

fn axis(bars: Signal<Vec<Bar>>) -> AnyView {
    bars.with(|bars| {
        let last = bars.len().saturating_sub(1);
        [0, last / 2, last]
            .into_iter()
            .filter_map(|index| bars.get(index))
            .map(|bar| view! { <span>{bar.label.clone()}</span> }.into_any())
            .collect_view()
            .into_any()
    })
}

fn table(title: &'static str, noun: &'static str, bars: Signal<Vec<Bar>>) -> AnyView {
    let rows = move || {
        bars.get()
            .into_iter()
            .rev()
            .map(|bar| view! { <tr><th scope="row">{bar.label}</th><td>{format::number(bar.value)}</td></tr> }.into_any())
            .collect_view()
            .into_any()
    };
    view! {
        <div class="chart-table" tabindex="0" role="group" aria-label=title>
            <table class="plain-table">
                <caption class="only-read">{title}</caption>
                <thead><tr><th scope="col">"Day"</th><th scope="col">{capital(noun)}"s"</th></tr></thead>
                <tbody>{switch(rows)}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// Hundredths are enough for a screen, and floats in text are costly to ship.
fn percent(value: f64) -> String {
    decimal(value) + "%"
}

fn pixels(value: f64) -> String {
    decimal(value)
}

fn decimal(value: f64) -> String {
    let hundredths = (value * 100.0) as i32;
    let rest = hundredths.rem_euclid(100);
    [
        (hundredths / 100).to_string().as_str(),
        if rest < 10 { ".0" } else { "." },
        &rest.to_string(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_on_a_round_number_that_divides_by_four() {
        assert_eq!(
            [0, 4, 5, 9, 13, 21, 95, 130].map(ceiling),
            [4, 4, 8, 12, 20, 40, 120, 200]
        );
    }

    #[test]
    fn decimals_have_two_places() {
        assert_eq!(
            [0.0, 3.333, 12.5, 99.999].map(decimal),
            ["0.00", "3.33", "12.50", "99.99"]
        );
    }
}
