//! Statistics: the figures of an application. Immutable; may be read from any thread. Texts live
//! until the statistics are freed.

use std::ffi::c_char;

use super::{
    guard::{borrow, free, guard_or},
    text::{self, Json, Text},
};
use crate::{
    api,
    error::{Error, Result},
};

/// What is counted: one of the `UPGRADELINK_SERIES_` constants.
pub type Series = i32;

/// Downloads of the application.
pub const UPGRADELINK_SERIES_DOWNLOADS: Series = 1;
/// Strategies that the service gave.
pub const UPGRADELINK_SERIES_STRATEGIES: Series = 2;
/// Upgrades that were reported.
pub const UPGRADELINK_SERIES_UPGRADES: Series = 3;
/// Starts that were reported.
pub const UPGRADELINK_SERIES_STARTS: Series = 4;

/// The figures of an application.
pub struct Statistics {
    value: api::Statistics,
    day_names: Vec<Text>,
    json: Json,
}

impl Statistics {
    pub fn new(value: api::Statistics) -> Statistics {
        Statistics {
            day_names: value.days.iter().map(|day| Text::from(day.name.as_str())).collect(),
            json: Json::new(&value.json),
            value,
        }
    }
}

unsafe fn total(
    statistics: *const Statistics,
    series: api::Series,
    pick: impl FnOnce(api::Total) -> i64,
) -> i64 {
    // SAFETY: NULL or live, by the caller's promise.
    guard_or(0, || Ok(pick(unsafe { borrow(statistics) }?.value.total(series))))
}

/// How many downloads yesterday.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_yesterday_download_count(
    statistics: *const Statistics,
) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Downloads, |total| total.yesterday) }
}

/// How many downloads so far.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_total_download_count(statistics: *const Statistics) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Downloads, |total| total.all) }
}

/// How many strategies given yesterday.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_yesterday_strategy_count(
    statistics: *const Statistics,
) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Strategies, |total| total.yesterday) }
}

/// How many strategies given so far.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_total_strategy_count(statistics: *const Statistics) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Strategies, |total| total.all) }
}

/// How many upgrades reported yesterday.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_yesterday_upgrade_count(
    statistics: *const Statistics,
) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Upgrades, |total| total.yesterday) }
}

/// How many upgrades reported so far.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_total_upgrade_count(statistics: *const Statistics) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Upgrades, |total| total.all) }
}

/// How many starts reported yesterday.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_yesterday_start_count(statistics: *const Statistics) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Starts, |total| total.yesterday) }
}

/// How many starts reported so far.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_total_start_count(statistics: *const Statistics) -> i64 {
    // SAFETY: NULL or live, as the header demands of every handle.
    unsafe { total(statistics, api::Series::Starts, |total| total.all) }
}

/// How many days the service gives figures of, 7 as a rule.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_day_count(statistics: *const Statistics) -> usize {
    // SAFETY: NULL or live, as the header demands of every handle.
    guard_or(0, || Ok(unsafe { borrow(statistics) }?.value.days.len()))
}

/// The name of a day, as the service writes it; NULL when `day` is not below the day count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_day_name(
    statistics: *const Statistics,
    day: usize,
) -> *const c_char {
    guard_or(std::ptr::null(), || {
        // SAFETY: NULL or live, as the header demands of every handle.
        let names = &unsafe { borrow(statistics) }?.day_names;
        names.get(day).map(Text::as_ptr).ok_or_else(no_day)
    })
}

/// A figure of a day: `series` is one of the `UPGRADELINK_SERIES_` constants; 0 for any other, and
/// when `day` is not below the day count.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_day_value(
    statistics: *const Statistics,
    series: Series,
    day: usize,
) -> i64 {
    guard_or(0, || -> Result<i64> {
        let series = api::Series::from_number(series).ok_or_else(|| Error::argument("no such series"))?;
        // SAFETY: NULL or live, as the header demands of every handle.
        let days = &unsafe { borrow(statistics) }?.value.days;
        days.get(day).map(|day| day.value(series)).ok_or_else(no_day)
    })
}

fn no_day() -> Error {
    Error::argument("no such day")
}

/// The service's whole reply as it came. `*length`, unless NULL, is its length in bytes without the
/// NUL at its end. NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_json(
    statistics: *const Statistics,
    length: *mut usize,
) -> *const c_char {
    // SAFETY: the handle is NULL or live, the output NULL or writable, as the header demands.
    unsafe { text::json(length, || Ok(&borrow(statistics)?.json)) }
}

/// Frees the statistics and their texts; NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upgradelink_statistics_free(statistics: *mut Statistics) {
    // SAFETY: NULL or live and not used again, as the header demands of every handle.
    unsafe { free(statistics) }
}
