//! What a million clients do to the service, with the library's rules and without.
//!
//! `make simulation` runs it; the plot goes to the file that is given.

mod fleet;

use std::fmt::Write;

use fleet::{DAY, END, HOUR, Load, MINUTE, OUTAGE, Ours, Plain, simulate};

const CLIENTS: u32 = 1_000_000;
const SEED: u64 = 20_260_101;

fn main() {
    let ours = simulate::<Ours>(CLIENTS, SEED);
    let plain = simulate::<Plain>(CLIENTS, SEED);

    println!("{CLIENTS} clients, a check each day, 60 % started in the first hour; seed {SEED}.");
    println!("No answer from hour {} to hour {}.", OUTAGE.start / HOUR, OUTAGE.end / HOUR);
    println!("Requests in the quietest..busiest minute of each hour:\n");
    println!("hour           with our rules             without");
    for hour in 0..END / HOUR {
        let column = |load: &Load| {
            let minutes = load.span(hour * HOUR..(hour + 1) * HOUR);
            format!("{}..{}", minutes.iter().min().unwrap_or(&0), minutes.iter().max().unwrap_or(&0))
        };
        let mark = if OUTAGE.contains(&(hour * HOUR)) { "outage" } else { "" };
        println!("{hour:>4} {mark:6} {:>18} {:>19}", column(&ours), column(&plain));
    }

    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(&path, plot(&ours, &plain)).expect("the plot can be written");
        println!("\nplot: {path}");
    }
    println!("\nfirst check: at most {:.1} s after the first start", ours.first_check as f64 / 1000.0);
    println!("without our rules, peak/mean after a day: {:.2}", plain.peak_after_a_day());
    println!("without our rules, worst minute after the outage: {:.2}", plain.worst_after_the_outage());
    println!("peak/mean after a day: {:.2}", ours.peak_after_a_day());
    println!("worst minute after the outage: {:.2}", ours.worst_after_the_outage());
}

/// The busiest minute of each ten, on a logarithmic scale.
fn plot(ours: &Load, plain: &Load) -> String {
    let (width, height, left, top) = (960.0, 320.0, 60.0, 40.0);
    let x = |time: u64| left + width * time as f64 / END as f64;
    let y = |load: f64| top + height * (1.0 - load.max(1.0).log10() / 6.0);
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1060 420\" font-family=\"sans-serif\" \
         font-size=\"13\">\n<rect width=\"1060\" height=\"420\" fill=\"#fff\"/>\n",
    );
    let mut add = |line: String| writeln!(svg, "{line}").expect("a String takes all");
    add(format!(
        "<rect x=\"{:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{height}\" fill=\"#eee\"/>",
        x(OUTAGE.start),
        x(OUTAGE.end) - x(OUTAGE.start)
    ));
    for power in 0..=6 {
        let at = y(10_f64.powi(power));
        add(format!("<path d=\"M{left} {at:.1}h{width}\" stroke=\"#ddd\"/>"));
        add(format!("<text x=\"52\" y=\"{:.1}\" text-anchor=\"end\">10^{power}</text>", at + 4.0));
    }
    for day in 0..=END / DAY {
        let at = x(day * DAY);
        add(format!("<text x=\"{at:.1}\" y=\"380\" text-anchor=\"middle\">day {day}</text>"));
    }
    for (load, colour) in [(plain, "#c33"), (ours, "#06c")] {
        let points: String = (0..END / (10 * MINUTE))
            .map(|ten| (ten * 10 * MINUTE, load.worst(ten * 10 * MINUTE..(ten + 1) * 10 * MINUTE)))
            .map(|(time, load)| format!("{:.1},{:.1} ", x(time), y(f64::from(load))))
            .collect();
        add(format!("<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\"/>"));
    }
    add(format!(
        "<text x=\"{left}\" y=\"24\">Requests in a minute, {CLIENTS} clients: <tspan \
         fill=\"#06c\">with our rules</tspan>, <tspan fill=\"#c33\">without</tspan>; grey: no answer</text>"
    ));
    svg + "</svg>\n"
}
