//! How long to wait before the next attempt to connect.

const FIRST_MS: u32 = 500;
const LONGEST_MS: u32 = 10_000;

/// The wait before attempt number `attempt` (from 0): doubling, at most ten seconds, and somewhere
/// in the upper half of that, so that a restarted server is not met by everyone at once.
/// `chance` is a number from 0 to 1.
pub fn delay_ms(attempt: u32, chance: f64) -> u32 {
    let whole = FIRST_MS.saturating_mul(1 << attempt.min(8)).min(LONGEST_MS);
    let half = whole / 2;
    half + (f64::from(half) * chance.clamp(0.0, 1.0)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        assert_eq!(
            [0, 1, 2, 3, 10, u32::MAX].map(|n| delay_ms(n, 1.0)),
            [500, 1000, 2000, 4000, 10_000, 10_000]
        );
    }

    #[test]
    fn chance_moves_a_wait_within_its_upper_half() {
        assert_eq!(delay_ms(1, 0.0), 500);
        assert_eq!(delay_ms(1, 0.5), 750);
        assert_eq!(delay_ms(1, 7.0), 1000);
    }
}
