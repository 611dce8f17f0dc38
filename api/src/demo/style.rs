//! How differently people work.

/// A way of working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Works on one thing after the other.
    Steady,
    /// Starts much, in small steps.
    Prolific,
    /// Little at a time, and all of it closed.
    Finisher,
    /// Mostly reads what others write.
    Reviewer,
    /// In before everybody else.
    EarlyBird,
    /// In late, and sometimes on a weekend.
    NightOwl,
    /// Three days a week.
    PartTime,
    /// Has another job; contributes now and then.
    Occasional,
    /// Watches.
    Onlooker,
}

/// What a style means in numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    /// How likely a piece of work is begun on a day.
    pub(super) starts_work: f64,
    /// How likely a further small push is.
    pub(super) small_pushes: f64,
    /// Most commits of a push.
    pub(super) commits: i64,
    /// How likely the person is asked for a review, relative to others.
    pub(super) reviews: f64,
    /// How likely a pipeline fails.
    pub(super) fails: f64,
    /// Minutes after midnight when the day begins.
    pub(super) begins_at: i64,
    /// How likely a day of the week is worked on: Monday to Friday, and each of the weekend.
    pub(super) week: [f64; 7],
}

impl Style {
    /// The numbers.
    pub(super) const fn habits(self) -> Habits {
        let usual = Habits {
            starts_work: 0.30,
            small_pushes: 0.35,
            commits: 4,
            reviews: 1.0,
            fails: 0.12,
            begins_at: 9 * 60,
            week: [0.97, 0.97, 0.97, 0.97, 0.93, 0.0, 0.0],
        };
        match self {
            Self::Steady => usual,
            Self::Prolific => Habits {
                starts_work: 0.46,
                small_pushes: 0.6,
                commits: 3,
                fails: 0.2,
                ..usual
            },
            Self::Finisher => Habits {
                starts_work: 0.34,
                small_pushes: 0.2,
                fails: 0.06,
                ..usual
            },
            Self::Reviewer => Habits {
                starts_work: 0.16,
                small_pushes: 0.2,
                reviews: 3.2,
                ..usual
            },
            Self::EarlyBird => Habits {
                begins_at: 7 * 60 + 15,
                ..usual
            },
            Self::NightOwl => Habits {
                begins_at: 11 * 60 + 30,
                commits: 7,
                week: [0.9, 0.95, 0.95, 0.95, 0.9, 0.18, 0.1],
                ..usual
            },
            Self::PartTime => Habits {
                week: [0.95, 0.95, 0.9, 0.0, 0.0, 0.0, 0.0],
                ..usual
            },
            Self::Occasional => Habits {
                starts_work: 0.08,
                small_pushes: 0.14,
                reviews: 0.3,
                ..usual
            },
            Self::Onlooker => Habits {
                starts_work: 0.0,
                small_pushes: 0.0,
                reviews: 0.0,
                ..usual
            },
        }
    }
}
