//! Scores every benchmark and prints totals only. A text of the other hands is never printed.
use understanding::*;
use serde::Deserialize;

#[derive(Deserialize, Clone)]
struct Item { id: String, text: String, accepted: Vec<String>, #[serde(default)] also: Vec<String>, #[serde(default)] bodies: Vec<String>, #[serde(default)] place: Vec<String>, #[serde(default)] urgent: bool }

fn load(p: &str) -> Vec<Item> { std::fs::read_to_string(p).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect() }

fn score(r: &Reader, items: &[Item], show: bool) {
    let (mut n, mut t1, mut t3, mut sure, mut sure_ok, mut b, mut b3, mut b1) = (0,0,0,0,0,0,0,0);
    let mut t=0; let mut u=(0,0,0);
    let mut ms: Vec<(f32,bool)> = vec![];
    for i in items {
        let x = r.understand(&i.text);
        let ok = x.matters.first().is_some_and(|m| i.accepted.contains(&m.code));
        let ok3 = x.matters.iter().take(3).any(|m| i.accepted.contains(&m.code));
        if !i.accepted.is_empty() { n+=1; t1+=ok as u32; t3+=ok3 as u32;
            if show && !ok3 { println!("  {} {:?} -> {:?} {}", i.id, i.accepted, x.matters.iter().map(|m| (m.code.clone(), (m.score*100.) as i32)).collect::<Vec<_>>(), i.text); } }
        if x.sure { sure+=1; sure_ok += ok as u32; }
        ms.push((if x.ours>0.6 {x.margin} else {0.0}, ok));
        if i.accepted.is_empty() { b+=1; b3 += x.bodies.iter().any(|k| i.bodies.iter().any(|y| y==k.key)) as u32; b1 += i.bodies.iter().any(|y| y==x.bodies[0].key) as u32; t += (x.ours<0.5) as u32;
            if show && !x.bodies.iter().any(|k| i.bodies.iter().any(|y| y==k.key)) {println!("  BODY {} {:?} {:?} {}", i.id, i.bodies, x.bodies.iter().map(|b| b.key).collect::<Vec<_>>(), i.text);} }
        match (i.urgent, !x.urgent.is_empty()) {(true,true)=>u.0+=1,(true,false)=>u.1+=1,(false,true)=>u.2+=1,_=>()}
    }
    ms.sort_by(|a,b| b.0.total_cmp(&a.0));
    let mut c=0; for (k,(m,ok)) in ms.iter().enumerate() { c+=*ok as usize; if (k+1)%(ms.len()/10).max(1)==0 { print!(" [{}% m{:.2} p{:.0}]", (k+1)*100/ms.len(), m, 100.*c as f32/(k+1) as f32);} } println!();
    println!("n {n} top1 {:.1} top3 {:.1} | sure {:.1}% right {:.1} | bodies {b} top1 {:.1} top3 {:.1} flagged {:.1} | urgent {:?}", 100.*t1 as f32/n as f32, 100.*t3 as f32/n as f32, 100.*sure as f32/items.len() as f32, 100.*sure_ok as f32/sure as f32, 100.*b1 as f32/b as f32, 100.*b3 as f32/b as f32, 100.*t as f32/b as f32, u);
}

#[test]
fn benchmark() {
    let t = std::time::Instant::now();
    let r = Reader::new(Gazetteer::default()).unwrap();
    println!("train {:?} features {}", t.elapsed(), r.size());
    let own = load("benchmark/own-style.jsonl");
    let t = std::time::Instant::now();
    score(&r, &own, std::env::var("SHOW").is_ok());
    println!("per text {:?}", t.elapsed()/own.len() as u32);
    let cores = sentences().unwrap();
    for f in 0..4 {
        let train: Vec<Core> = cores.iter().enumerate().filter(|(i,_)| i%4!=f).map(|(_,c)| c.clone()).collect();
        let test: Vec<Item> = cores.iter().enumerate().filter(|(i,_)| i%4==f).map(|(i,c)| Item{id:i.to_string(),text:c.text.clone(),accepted:c.matters.clone(),also:vec![],bodies:c.body.iter().cloned().collect(),place:vec![],urgent:false}).collect();
        let r = Reader::taught(Gazetteer::default(), &train).unwrap();
        score(&r, &test, false);
        let _ = &test[0].also; let _ = &test[0].place;
    }
}
