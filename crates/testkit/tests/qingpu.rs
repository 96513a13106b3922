//! The demonstration bureau has exactly the people the yearly report names.

use jiff::civil::date;
use testkit::World;

#[test]
fn certificates_legal_officers_and_heads_are_as_many_as_the_report_says() {
    let world = World::new();
    let day = date(2024, 11, 21);
    let (district, squads) = world.ledger.read_blocking(move |tx| office::read::valid_certificates(tx, day)).unwrap();
    assert_eq!((district, squads), (44, 276), "320 valid certificates");
    let (holders, organs, qualified) = world
        .ledger
        .read_blocking(move |tx| {
            let qualified = tx.rows(
                "SELECT kind, COUNT(*) FROM qualifications WHERE bureau = $1 GROUP BY kind ORDER BY kind",
                &[tx.bureau().to_owned().as_str().into()],
                |row| Ok((row.text(0), row.int(1))),
            )?;
            Ok((office::read::holders(tx, day)?, office::read::organs(tx)?, qualified))
        })
        .unwrap();
    let reviewers =
        holders.iter().filter(|h| matches!(h.2, office::Role::LegalReviewer | office::Role::SquadLegalOfficer)).count();
    assert_eq!(reviewers, 16);
    assert_eq!(qualified, [("legal".into(), 7), ("public_lawyer".into(), 7), ("reviewed_before_2018".into(), 9)]);
    assert_eq!(organs.len(), 12, "the district bureau, three sub-districts, eight towns");
    for organ in &organs {
        let of = |role| holders.iter().filter(|h| h.3 == organ.id && h.2 == role).count();
        assert!(of(office::Role::Head) + of(office::Role::DeputyHead) >= 2, "{} has two heads", organ.name);
        let legal = of(office::Role::SquadLegalOfficer) + of(office::Role::LegalReviewer);
        assert!(legal >= 1, "{} has a legal officer", organ.name);
    }
}

#[test]
fn every_step_of_every_chain_can_be_signed_in_every_unit_that_works_cases() {
    let world = World::chained();
    let day = date(2024, 11, 21);
    let standings = world.casework.standings.clone();
    let checked = world
        .ledger
        .read_blocking(move |tx| {
            let mut checked = 0;
            for unit in office::read::units(tx)? {
                let orders = standings.with_orders(tx, &unit.organ)?.1;
                for kind in [law::acts::Kind::Filing, law::acts::Kind::PenaltyDecided, law::acts::Kind::Closed] {
                    let chain = orders.chain(kind).unwrap_or_else(|| panic!("{}: {}", unit.id, kind.label()));
                    for role in &chain.roles {
                        let signers = orders.signers(*role, &unit.organ, &unit.id, day);
                        assert!(!signers.is_empty(), "{}: nobody signs as {}", unit.name, role.label());
                        assert!(signers.iter().all(|s| s.1.of.is_none()), "nothing is delegated");
                        checked += 1;
                    }
                }
            }
            Ok(checked)
        })
        .unwrap();
    // Eleven squads with two steps for each of the three; seven units of the district with one, two and one.
    assert_eq!(checked, 11 * 6 + 7 * 4);
}
