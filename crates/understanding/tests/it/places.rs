use understanding::{Gazetteer, Place, Reader, Reading};

fn read(text: &str) -> Reading {
    Reader::new(crate::gazetteer()).expect("tables").understand(text)
}

#[test]
fn a_wrong_character_of_the_same_sound_still_finds_the_road() {
    let reading = read("夏浦冬路有人摆摊");
    let candidate = &reading.place.candidates[0];
    assert_eq!(candidate.name, "夏浦东路");
    assert!(candidate.why.iter().any(|why| why == "同音字"), "{:?}", candidate.why);
}

#[test]
fn two_roads_that_cross_give_a_crossing() {
    // The first pair of roads of the gazetteer that are known to cross.
    let reading = read("天工路新窑路路口有人乱倒垃圾");
    let candidate = &reading.place.candidates[0];
    assert_eq!(candidate.name, "天工路新窑路路口");
    assert!(candidate.other.is_some());
}

#[test]
fn a_house_number_lies_between_its_neighbours() {
    let road = |number: &str, lon: f64| {
        format!(
            "{{\"id\":\"S{number}\",\"kind\":\"shop\",\"name\":\"店{number}号铺\",\"town\":\"镇\",\"lon\":{lon},\"lat\":31.1,\"road\":\"R\",\"number\":\"{number}\"}}\n"
        )
    };
    let places = format!(
        "{{\"id\":\"R\",\"kind\":\"road\",\"name\":\"长堰路\",\"town\":\"镇\",\"lon\":121.15,\"lat\":31.1,\"line\":[[121.1,31.1],[121.2,31.1]]}}\n{}{}",
        road("100", 121.11),
        road("200", 121.13)
    );
    let reader = Reader::new(Gazetteer::read(&places).expect("places")).expect("tables");
    let reading = reader.understand("长堰路150号门口堆满杂物");
    let candidate = &reading.place.candidates[0];
    assert_eq!(candidate.number.as_deref(), Some("150号"));
    assert!((candidate.lon.unwrap_or_default() - 121.12).abs() < 1e-9);
}

#[test]
fn a_name_in_two_towns_gives_both_unless_the_town_is_said() {
    let place = |id: &str, town: &str, lon: f64| Place {
        id: id.into(),
        kind: "shop".into(),
        name: "阿香面馆".into(),
        aliases: vec![],
        town: town.into(),
        towns: vec![],
        lon: Some(lon),
        lat: Some(31.1),
        road: None,
        number: None,
        line: vec![],
        area: vec![],
    };
    let towns = "{\"徐泾镇\":[[121.2,31.0],[121.3,31.0],[121.3,31.2],[121.2,31.2]],\"白鹤镇\":[[121.0,31.0],[121.1,31.0],[121.1,31.2],[121.0,31.2]]}";
    let gazetteer = Gazetteer::new(vec![place("A", "徐泾镇", 121.25), place("B", "白鹤镇", 121.05)])
        .expect("places")
        .with_towns(towns)
        .expect("towns");
    let reader = Reader::new(gazetteer).expect("tables");
    assert_eq!(reader.understand("阿香面馆油烟大").place.candidates.len(), 2);
    let said = reader.understand("白鹤的阿香面馆油烟大").place;
    assert_eq!((said.candidates[0].id.as_str(), said.town.as_deref()), ("B", Some("白鹤镇")));
}

#[test]
fn an_unlisted_name_is_told() {
    assert!(
        read("紫荆湾路上有人卖水果")
            .place
            .unlisted
            .iter()
            .any(|name| name.contains("紫荆湾路") || name.contains("荆湾路"))
    );
}

/// A district's addresses are a hundred thousand: reading stays fast.
#[test]
fn a_hundred_thousand_places_do_not_slow_a_reading() {
    let syllables: Vec<char> =
        "青禾望春夏浦竹枝听涛云栖塔屿盈塘荷香枫桥谢庄陆漾南坝北箐东明西岑安乐永和长堰新光大盈章堰".chars().collect();
    let kinds = ["路", "苑", "新村", "小区", "菜场"];
    let n = syllables.len();
    let places: Vec<Place> = (0..100_000)
        .map(|at| Place {
            id: format!("X{at}"),
            kind: "estate".into(),
            name: format!(
                "{}{}{}{}",
                syllables[at % n],
                syllables[at / n % n],
                syllables[at / n / n % n],
                kinds[at % kinds.len()]
            ),
            aliases: vec![],
            town: String::new(),
            towns: vec![],
            lon: Some(121.0),
            lat: Some(31.0),
            road: None,
            number: None,
            line: vec![],
            area: vec![],
        })
        .collect();
    let reader = Reader::new(Gazetteer::new(places).expect("places")).expect("tables");
    let text = "我住在青禾望苑旁边，楼下烧烤店夏天把桌子摆到店门外十几张，一直吃到凌晨一点，吵得睡不着，油烟也往楼上飘，窗户不敢开。";
    let mut times: Vec<std::time::Duration> = (0..50)
        .map(|_| {
            let began = std::time::Instant::now();
            std::hint::black_box(reader.understand(text));
            began.elapsed()
        })
        .collect();
    times.sort();
    println!("a text against 100,000 places: {:?}", times[25]);
    assert!(times[25] < std::time::Duration::from_millis(10), "{:?}", times[25]);
}
