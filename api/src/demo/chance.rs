//! Chance that repeats: the same seed and the same occasion always give the same draw.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use uuid::Uuid;

/// Draws for one occasion, such as what one person does on one day.
pub(super) struct Chance {
    source: StdRng,
}

impl Chance {
    /// The draws that belong to an occasion; its parts are numbers that tell it from all others.
    pub(super) fn of(seed: u64, occasion: &[u64]) -> Self {
        let mut mixed = seed;
        for part in occasion {
            mixed = spread(mixed ^ spread(*part));
        }
        Self {
            source: StdRng::seed_from_u64(mixed),
        }
    }

    /// Whether something happens that happens so often, of 1.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.source.random::<f64>() < probability
    }

    /// A whole number from `low` to `high`, both possible.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.source.random_range(low..=high)
    }

    /// One of some things.
    pub(super) fn pick<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.source.random_range(0..things.len())]
    }

    /// Forty hexadecimal digits, as the name of a commit.
    pub(super) fn sha(&mut self) -> String {
        let bytes: [u8; 20] = self.source.random();
        hex::encode(bytes)
    }

    /// An id as GitLab gives deliveries.
    pub(super) fn uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.source.random()).into_uuid()
    }
}

/// Makes neighbouring numbers unlike each other (the finalizer of `SplitMix64`).
const fn spread(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occasion_repeats_and_its_neighbour_differs() {
        let sha = |occasion: &[u64]| Chance::of(7, occasion).sha();
        assert_eq!(sha(&[1, 2]), sha(&[1, 2]));
        assert_ne!(sha(&[1, 2]), sha(&[2, 1]));
        assert_ne!(sha(&[1, 2]), sha(&[1, 3]));
    }
}
