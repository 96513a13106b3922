//! Noise: energy means over windows of the day (06 to 22) and of the night, behind a weather gate and a permit look-up.
//!
//! Levels are added as energies without floating point: 10^(L/100) for a level in tenths of a decibel relative to the limit is
//! an integer power of ten times one of a hundred constants. A window all of whose minutes lie on the limit compares as equal,
//! not above; any other sum differs from the limit by far more than the constants’ last digit.

use serde::{Deserialize, Serialize};

use super::{Air, Factor, Flag, Verdict, Window};
use crate::detection::sighting::{Offence, Sighting, Unit, fact};
use crate::detection::time::{DAY_S, Hours, day_start};

/// The rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseRule {
    /// Length of a window; windows begin with the day and with the night.
    pub window_min: i64,
    /// A window with fewer valid minutes counts neither way.
    pub valid_min: i64,
    /// What is day; the rest is night, and the small hours belong to the night of the day before.
    pub day: Hours,
    /// Limit by day, 0.1 dB.
    pub day_limit_ddb: i64,
    /// Limit by night, 0.1 dB.
    pub night_limit_ddb: i64,
    /// A peak by night may be this far above the night’s limit, 0.1 dB.
    pub peak_over_ddb: i64,
    /// Windows above the limit that a day or a night may have.
    pub allowed: i64,
    /// Minutes with a peak that a night may have.
    pub peaks_allowed: i64,
    /// Wind at or above this makes a minute void, 0.1 m/s.
    pub wind_void_dms: i64,
    /// Whether a minute without a valid wind reading is void.
    pub wind_required: bool,
    /// Whether a minute without a valid rain reading is void.
    pub rain_required: bool,
    /// Whether a night-work permit excuses the night.
    pub permit_excuses: bool,
    /// A reading received longer after its minute came late.
    pub late_s: i64,
}

/// 10^(i/100) · 10^18, rounded down.
const TENTHS: [u128; 100] = [
    1_000_000_000_000_000_000,
    1_023_292_992_280_754_130,
    1_047_128_548_050_899_533,
    1_071_519_305_237_606_417,
    1_096_478_196_143_185_013,
    1_122_018_454_301_963_435,
    1_148_153_621_496_882_751,
    1_174_897_554_939_529_541,
    1_202_264_434_617_412_905,
    1_230_268_770_812_381_534,
    1_258_925_411_794_167_210,
    1_288_249_551_693_133_962,
    1_318_256_738_556_407_102,
    1_348_962_882_591_653_609,
    1_380_384_264_602_884_837,
    1_412_537_544_622_754_302,
    1_445_439_770_745_927_511,
    1_479_108_388_168_207_422,
    1_513_561_248_436_208_162,
    1_548_816_618_912_481_344,
    1_584_893_192_461_113_485,
    1_621_810_097_358_929_972,
    1_659_586_907_437_560_634,
    1_698_243_652_461_744_354,
    1_737_800_828_749_375_466,
    1_778_279_410_038_922_801,
    1_819_700_858_609_983_440,
    1_862_087_136_662_867_448,
    1_905_460_717_963_247_182,
    1_949_844_599_758_045_323,
    1_995_262_314_968_879_601,
    2_041_737_944_669_529_331,
    2_089_296_130_854_039_483,
    2_137_962_089_502_232_097,
    2_187_761_623_949_552_562,
    2_238_721_138_568_339_611,
    2_290_867_652_767_773_045,
    2_344_228_815_319_922_118,
    2_398_832_919_019_490_465,
    2_454_708_915_685_030_356,
    2_511_886_431_509_580_111,
    2_570_395_782_768_863_800,
    2_630_267_991_895_381_917,
    2_691_534_803_926_915_717,
    2_754_228_703_338_166_448,
    2_818_382_931_264_453_819,
    2_884_031_503_126_605_942,
    2_951_209_226_666_385_707,
    3_019_951_720_402_016_198,
    3_090_295_432_513_590_519,
    3_162_277_660_168_379_331,
    3_235_936_569_296_282_626,
    3_311_311_214_825_910_943,
    3_388_441_561_392_025_470,
    3_467_368_504_525_316_394,
    3_548_133_892_335_754_584,
    3_630_780_547_701_013_424,
    3_715_352_290_971_725_386,
    3_801_893_963_205_611_961,
    3_890_451_449_942_806_010,
    3_981_071_705_534_972_507,
    4_073_802_778_041_127_305,
    4_168_693_834_703_354_017,
    4_265_795_188_015_926_580,
    4_365_158_322_401_659_674,
    4_466_835_921_509_631_185,
    4_570_881_896_148_750_290,
    4_677_351_412_871_981_935,
    4_786_300_923_226_383_439,
    4_897_788_193_684_461_959,
    5_011_872_336_272_722_850,
    5_128_613_839_913_648_555,
    5_248_074_602_497_725_973,
    5_370_317_963_702_527_309,
    5_495_408_738_576_245_520,
    5_623_413_251_903_490_803,
    5_754_399_373_371_569_300,
    5_888_436_553_555_889_672,
    6_025_595_860_743_577_469,
    6_165_950_018_614_821_663,
    6_309_573_444_801_932_494,
    6_456_542_290_346_555_158,
    6_606_934_480_075_960_065,
    6_760_829_753_919_817_710,
    6_918_309_709_189_364_875,
    7_079_457_843_841_379_108,
    7_244_359_600_749_900_635,
    7_413_102_413_009_175_149,
    7_585_775_750_291_837_687,
    7_762_471_166_286_917_338,
    7_943_282_347_242_815_020,
    8_128_305_161_640_992_465,
    8_317_637_711_026_710_061,
    8_511_380_382_023_764_678,
    8_709_635_899_560_806_375,
    8_912_509_381_337_455_299,
    9_120_108_393_559_097_421,
    9_332_543_007_969_910_435,
    9_549_925_860_214_359_497,
    9_772_372_209_558_106_826,
];
const ONE: u128 = TENTHS[0];

/// The energy of a level relative to another, in 10^-18; levels beyond 200 dB apart are taken as 200 dB apart.
fn energy(over_ddb: i64) -> u128 {
    let over = over_ddb.clamp(-2_000, 2_000);
    let fine = TENTHS[over.rem_euclid(100) as usize];
    let whole = over.div_euclid(100);
    if whole >= 0 { fine * 10_u128.pow(whole as u32) } else { fine / 10_u128.pow(whole.unsigned_abs() as u32) }
}

/// Whether the energy mean of levels lies above a limit, all in 0.1 dB. No levels lie above nothing.
pub fn mean_above(levels_ddb: impl IntoIterator<Item = i64>, limit_ddb: i64) -> bool {
    let (mut sum, mut count) = (0_u128, 0_u128);
    for level in levels_ddb {
        sum += energy(level.saturating_sub(limit_ddb));
        count += 1;
    }
    sum > count * ONE
}

/// For each minute of a period, whether wind and rain let it count.
fn gate(air: &Air<'_>, rule: &NoiseRule, device: u32, (begin, end): (i64, i64)) -> Vec<bool> {
    let minutes = usize::try_from((end - begin) / 60).unwrap_or(0);
    let weather = |factor, required: bool, good: &dyn Fn(i64) -> bool| {
        let mut open = vec![!required; minutes];
        for (start, reading) in air.between(device, factor, begin, end).filter(|(_, r)| r.flag() == Flag::Normal) {
            open[((start - begin) / 60) as usize] = good(reading.value());
        }
        open
    };
    let calm = weather(Factor::Wind, rule.wind_required, &|v| v < rule.wind_void_dms);
    let dry = weather(Factor::Rain, rule.rain_required, &|v| v == 0);
    calm.into_iter().zip(dry).map(|(calm, dry)| calm && dry).collect()
}

fn night_of(rule: &NoiseRule, day: i64) -> (i64, i64) {
    let midnight = day_start(day);
    (midnight + rule.day.to * 60, midnight + DAY_S + rule.day.from * 60)
}

fn day_of(rule: &NoiseRule, day: i64) -> (i64, i64) {
    let midnight = day_start(day);
    (midnight + rule.day.from * 60, midnight + rule.day.to * 60)
}

fn period(
    air: &Air<'_>,
    rule: &NoiseRule,
    device: u32,
    (begin, end): (i64, i64),
    limit: i64,
    night: bool,
) -> Vec<Window> {
    let length = rule.window_min * 60;
    let open = gate(air, rule, device, (begin, end));
    let mut windows: Vec<Window> = Vec::new();
    let mut levels: Vec<Vec<i64>> = Vec::new();
    for (start, reading) in air.between(device, Factor::Leq, begin, end) {
        let from = begin + (start - begin) / length * length;
        if from + length > end {
            continue;
        }
        if windows.last().is_none_or(|w| w.from != from) {
            windows.push(Window::new(device, Factor::Leq, from, from + length));
            levels.push(Vec::new());
        }
        let (Some(window), Some(levels)) = (windows.last_mut(), levels.last_mut()) else { continue };
        if reading.flag() == Flag::Normal && open[((start - begin) / 60) as usize] {
            window.valid += 1;
            window.corrected += i64::from(reading.corrected());
            window.late |= reading.received() - start - 60 > rule.late_s;
            window.sum += i128::from(reading.value());
            levels.push(reading.value());
        } else {
            window.invalid += 1;
        }
    }
    for (window, levels) in windows.iter_mut().zip(levels) {
        if window.valid < rule.valid_min.max(1) || !air.over(window) {
            continue;
        }
        window.verdict = if !mean_above(levels, limit) {
            Verdict::Within
        } else if night && rule.permit_excuses && air.permitted(device, window.from, window.to) {
            Verdict::Excused
        } else {
            Verdict::Above(1)
        };
    }
    windows
}

/// The windows of a local day and of the night that begins on it.
pub(super) fn windows(air: &Air<'_>, device: u32, day: i64) -> Vec<Window> {
    let Some(edition) = air.books.noise.on(day) else { return Vec::new() };
    let rule = &edition.values;
    let mut all = period(air, rule, device, day_of(rule, day), rule.day_limit_ddb, false);
    all.extend(period(air, rule, device, night_of(rule, day), rule.night_limit_ddb, true));
    all
}

/// At most one sighting for the day, one for the night that begins on it, and one for that night’s peaks.
pub(super) fn judge(air: &Air<'_>, device: u32, day: i64) -> Vec<Sighting> {
    let Some(edition) = air.books.noise.on(day) else { return Vec::new() };
    let rule = &edition.values;
    let mut found = Vec::new();
    let sighting = |offence, (from, to): (i64, i64), met, factor, facts, late| Sighting {
        offence,
        device,
        from,
        to,
        met,
        place: None,
        facts,
        used: air.books.noise.used(edition),
        late,
        digest: air.digest(device, &[factor, Factor::Wind, Factor::Rain], from, to),
    };
    for (offence, span, limit, night) in [
        (Offence::NoiseDay, day_of(rule, day), rule.day_limit_ddb, false),
        (Offence::NoiseNight, night_of(rule, day), rule.night_limit_ddb, true),
    ] {
        let windows = period(air, rule, device, span, limit, night);
        let above: Vec<&Window> = windows.iter().filter(|w| w.verdict == Verdict::Above(1)).collect();
        let Some(too_many) = usize::try_from(rule.allowed).ok().and_then(|n| above.get(n)) else { continue };
        let Some(last) = above.last() else { continue };
        let facts = vec![
            fact("limit", limit, Unit::DeciBel),
            fact("allowed", rule.allowed, Unit::Count),
            fact("windows_above", above.len() as i64, Unit::Count),
            fact("first_window", above[0].from, Unit::Instant),
            fact("minutes_void", above.iter().map(|w| w.invalid).sum(), Unit::Count),
            fact("minutes_missing", above.iter().map(|w| w.missing()).sum(), Unit::Count),
            fact("minutes_corrected", above.iter().map(|w| w.corrected).sum(), Unit::Count),
        ];
        let late = above.iter().any(|w| w.late);
        found.push(sighting(offence, (span.0, last.to), too_many.to, Factor::Leq, facts, late));
    }
    found.extend(peaks(air, rule, device, night_of(rule, day)).map(|(to, met, facts, late)| {
        sighting(Offence::NoisePeak, (night_of(rule, day).0, to), met, Factor::Lmax, facts, late)
    }));
    found
}

type Peaks = (i64, i64, Vec<crate::detection::sighting::Fact>, bool);

fn peaks(air: &Air<'_>, rule: &NoiseRule, device: u32, (begin, end): (i64, i64)) -> Option<Peaks> {
    let limit = rule.night_limit_ddb + rule.peak_over_ddb;
    let open = gate(air, rule, device, (begin, end));
    let peaks: Vec<_> = air
        .between(device, Factor::Lmax, begin, end)
        .filter(|(start, r)| r.flag() == Flag::Normal && r.value() > limit && open[((*start - begin) / 60) as usize])
        .filter(|(start, _)| !(rule.permit_excuses && air.permitted(device, *start, start + 60)))
        .collect();
    let too_many = usize::try_from(rule.peaks_allowed).ok().and_then(|n| peaks.get(n))?;
    let highest = peaks.iter().map(|(_, r)| r.value()).max()?;
    let facts = vec![
        fact("limit", limit, Unit::DeciBel),
        fact("allowed", rule.peaks_allowed, Unit::Count),
        fact("minutes_above", peaks.len() as i64, Unit::Count),
        fact("highest", highest, Unit::DeciBel),
    ];
    let late = peaks.iter().any(|(start, r)| r.received() - start - 60 > rule.late_s);
    Some((peaks.last()?.0 + 60, too_many.0 + 60, facts, late))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The constants are the powers of one root: each step multiplies by it, and a hundred steps make ten.
    #[test]
    fn the_constants_are_powers_of_the_hundredth_root_of_ten() {
        // 62-bit factors fit a 128-bit product; the error of a product of two roundings stays within a few units.
        for i in 0..100 {
            let next = if i == 99 { 10 * ONE } else { TENTHS[i + 1] };
            assert!((TENTHS[i] * TENTHS[1] / ONE).abs_diff(next) <= 12, "{i}");
        }
    }

    #[test]
    fn energies_add_as_they_should() {
        assert!(!mean_above([700; 20], 700), "on the limit is not above");
        assert!(mean_above([700, 701], 700));
        // Ten minutes at 10 dB over and ten of silence: the mean is 10·lg 5 = 7.0 dB over.
        let half = || (0..20).map(|i| if i < 10 { 800 } else { 0 });
        assert!(mean_above(half(), 769) && !mean_above(half(), 770));
        assert!(!mean_above([], 0));
    }
}
