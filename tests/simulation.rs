//! The bars of `make simulation`, with a smaller fleet.

#[path = "../examples/simulation/fleet.rs"]
mod fleet;

use fleet::{MINUTE, Ours, Plain, simulate};

const CLIENTS: u32 = 400_000;

#[test]
fn a_fleet_that_started_together_is_spread_after_a_day() {
    assert!(simulate::<Ours>(CLIENTS, 1).peak_after_a_day() <= 1.3);
    assert!(simulate::<Plain>(CLIENTS, 1).peak_after_a_day() > 10.0);
}

#[test]
fn an_outage_leaves_no_crowd_behind() {
    assert!(simulate::<Ours>(CLIENTS, 2).worst_after_the_outage() <= 3.0);
    assert!(simulate::<Plain>(CLIENTS, 2).worst_after_the_outage() > 50.0);
}

#[test]
fn the_first_check_comes_within_a_minute_of_the_first_start() {
    assert!(simulate::<Ours>(CLIENTS, 3).first_check <= MINUTE);
}
