//! The thresholds for trucks. None is fixed by a text; the forbidden hours are data of each restricted area.

use serde::{Deserialize, Serialize};

/// The thresholds. Distances in centimetres, speeds in 0.1 km/h, times in seconds, odometer in 0.1 km.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TruckRule {
    /// A fix may be this far in the future of its receipt.
    pub future_s: i64,
    /// And this far in the past.
    pub past_s: i64,
    /// Fewer satellites make a position void, where the number is reported.
    pub satellites: u8,
    /// A position that implies a higher speed than this …
    pub jump_dkmh: i64,
    /// … and than this many times the reported one is a jump.
    pub jump_ratio: i64,
    /// So many jumps that agree with each other are a second truck, or the truck after it was lost.
    pub clone_points: u32,
    /// The second truck is at least this far away.
    pub clone_cm: i64,
    /// A second truck not heard for this long is gone.
    pub clone_end_s: i64,
    /// Radius of a stop.
    pub stop_cm: i64,
    /// Time within the radius that makes a stop.
    pub stop_s: i64,
    /// Points that enter or leave a site, at least `site_cm` beyond its edge.
    pub site_points: u32,
    /// Or seconds on the other side of the edge however near.
    pub site_s: i64,
    /// Margin on both sides of an edge.
    pub site_cm: i64,
    /// A visit shorter than this loads and unloads nothing.
    pub visit_s: i64,
    /// Nothing is dumped outside a site so near its edge.
    pub near_site_cm: i64,
    /// A truck without sensors that stops so near a disposal site may have been turned away there.
    pub gate_cm: i64,
    /// Below this a truck stands.
    pub standing_dkmh: i64,
    /// Above this a truck drives.
    pub driving_dkmh: i64,
    /// Time with body lifted that makes a dump.
    pub lift_s: i64,
    /// Time a load reading must hold.
    pub load_s: i64,
    /// Shortest stop in which a truck without sensors may have dumped.
    pub dump_from_s: i64,
    /// Longest.
    pub dump_to_s: i64,
    /// Distance from the permitted corridor.
    pub route_cm: i64,
    /// Nearer than this is back.
    pub route_back_cm: i64,
    /// Time away.
    pub route_s: i64,
    /// Time in a restricted area.
    pub hours_s: i64,
    /// Grace at the begin of forbidden hours.
    pub hours_grace_s: i64,
    /// Margin inside the edge of a restricted area.
    pub hours_cm: i64,
    /// Time uncovered.
    pub cover_s: i64,
    /// Silence.
    pub silent_s: i64,
    /// Distance between the ends of a silence.
    pub silent_cm: i64,
    /// Time with the antenna open or shorted.
    pub antenna_s: i64,
    /// Distance driven meanwhile.
    pub antenna_hm: i64,
    /// Distance driven while the position stood still.
    pub frozen_hm: i64,
    /// How still.
    pub frozen_cm: i64,
    /// Visits to disposal sites after which a sensor that never changed is stuck.
    pub stuck_visits: u32,
    /// A spell that is met ends when its sign is gone for this long.
    pub end_s: i64,
    /// Points farther apart than this do not carry a spell on.
    pub gap_s: i64,
    /// A fix received longer after its instant came late.
    pub late_s: i64,
}
