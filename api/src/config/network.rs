//! Ranges of addresses, as in `10.0.0.0/8`.

use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses; a single address is a range of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether the address lies in the range. An IPv4 address written as IPv6 is taken for what it is.
    pub fn contains(&self, address: IpAddr) -> bool {
        let bits = match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                u128::from(own.to_bits() ^ other.to_bits()) << 96
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => own.to_bits() ^ other.to_bits(),
            _ => return false,
        };
        // A shift by all 128 bits is a prefix of none: everything is inside.
        bits.checked_shr(128 - u32::from(self.prefix)).unwrap_or(0) == 0
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| ())?,
            None => longest,
        };
        if prefix > longest {
            return Err(());
        }
        Ok(Self { address, prefix })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_in(network: &str, address: &str) -> bool {
        network
            .parse::<Network>()
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_is_matched_by_its_leading_bits() {
        assert!(is_in("10.0.0.0/8", "10.255.1.2"));
        assert!(!is_in("10.0.0.0/8", "11.0.0.0"));
        assert!(is_in("0.0.0.0/0", "203.0.113.9"));
        assert!(is_in("192.0.2.7", "192.0.2.7"));
        assert!(!is_in("192.0.2.7", "192.0.2.8"));
        assert!(is_in("2001:db8::/32", "2001:db8:1::1"));
        assert!(!is_in("2001:db8::/32", "2001:db9::1"));
        assert!(is_in("127.0.0.0/8", "::ffff:127.0.0.1"));
    }

    #[test]
    fn a_range_that_is_none_is_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/x"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
