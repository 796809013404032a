//! The two time formats of the service and of HTTP, in UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// `2026-01-05T05:11:04Z`, as the service wants it (RFC 3339).
pub fn rfc3339(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let ((year, month, day), rest) = (date_of(seconds / DAY), seconds % DAY);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `Mon, 05 Jan 2026 05:11:04 GMT`, the one form of HTTP's dates that is still sent (RFC 9110, 5.6.7).
pub fn http_date(text: &str) -> Option<SystemTime> {
    let (_, text) = text.trim().split_once(", ")?;
    let mut words = text.strip_suffix(" GMT")?.split([' ', ':']);
    let mut word = |length: usize| words.next().filter(|word| word.len() == length);
    let day = number(word(2)?)?;
    let name = word(3)?;
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months.iter().position(|month| *month == name)? as u64 + 1;
    let year = number(word(4)?)?;
    let (hour, minute, second) = (number(word(2)?)?, number(word(2)?)?, number(word(2)?)?);
    let days = days_to(year, month, day).filter(|days| date_of(*days) == (year, month, day))?;
    let whole = words.next().is_none() && hour < 24 && minute < 60 && second <= 60;
    let seconds = days * DAY + hour * 3600 + minute * 60 + second;
    whole.then(|| UNIX_EPOCH + Duration::from_secs(seconds))
}

fn number(word: &str) -> Option<u64> {
    word.parse().ok().filter(|_| !word.starts_with('+'))
}

/// Days before the epoch since the first of March of the year 0, with which a cycle of 400 years begins.
const BEFORE_EPOCH: u64 = 719_468;
const CYCLE: u64 = 146_097;

/// Year, month and day of a day since the epoch, counted in years that begin in March, so that a leap day
/// is the last.
fn date_of(day: u64) -> (u64, u64, u64) {
    let (cycle, day) = ((day + BEFORE_EPOCH) / CYCLE, (day + BEFORE_EPOCH) % CYCLE);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let year = cycle * 400 + year + u64::from(month >= 10);
    (year, (month + 2) % 12 + 1, day - (153 * month + 2) / 5 + 1)
}

/// The inverse; `None` before the epoch.
fn days_to(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year.checked_sub(u64::from(month <= 2))?;
    let (cycle, year) = (year / 400, year % 400);
    let in_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    (cycle * CYCLE + year * 365 + year / 4 - year / 100 + in_year).checked_sub(BEFORE_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::{http_date, rfc3339};

    #[test]
    fn times_are_written_as_others_write_them() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_767_589_864, "2026-01-05T05:11:04Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "10000-01-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
        for day in 0..200_000 {
            let time = UNIX_EPOCH + Duration::from_secs(day * 86_399);
            assert_eq!(rfc3339(time), humantime::format_rfc3339_seconds(time).to_string());
            assert_eq!(http_date(&httpdate::fmt_http_date(time)), Some(time));
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "now",
            "Mon, 05 Jan 2026 05:11:04",
            "Mon, 05 Jan 2026 05:11 GMT",
            "Mon, 05 Jan 2026 05:11:04:00 GMT",
            "Mon, 05 Jan 2026 24:11:04 GMT",
            "Mon, 5 Jan 2026 05:11:04 GMT",
            "Mon, +5 Jan 2026 05:11:04 GMT",
            "Mon, 00 Jan 2026 05:11:04 GMT",
            "Sun, 29 Feb 2026 05:11:04 GMT",
            "Mon, 05 Jam 2026 05:11:04 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "Sat, 01 Jan 0000 00:00:00 GMT",
            "Mon, 05 Jan 12026 05:11:04 GMT",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}
