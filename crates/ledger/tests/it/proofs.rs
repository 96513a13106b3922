//! Checkpoints and proofs.

use ledger::{Checkpoint, Proof, SigningKey, check_proof};

use crate::world::{fill, on_each};

#[test]
fn a_proof_needs_only_the_checkpoint() {
    on_each(async |world| {
        let ledger = world.open();
        let key = SigningKey::from_bytes(&[7; 32]);
        let public = key.verifying_key();
        assert_eq!(ledger.newest_checkpoint().await.unwrap(), None);
        fill(&ledger, 600).await;
        let checkpoint = ledger.checkpoint(&key, "xiezhi.example/district").await.unwrap();
        assert_eq!(
            ledger.checkpoint(&key, "xiezhi.example/district").await.unwrap(),
            checkpoint,
            "signing is deterministic"
        );
        assert_eq!(checkpoint.root, ledger.head().await.unwrap().root);
        assert_eq!(Checkpoint::open(&checkpoint.note, &public).unwrap(), checkpoint);
        fill(&ledger, 100).await;
        assert_eq!(ledger.newest_checkpoint().await.unwrap().as_ref(), Some(&checkpoint));
        assert_eq!(ledger.checkpoint_at(600).await.unwrap().as_ref(), Some(&checkpoint));
        assert_eq!(ledger.checkpoint_at(601).await.unwrap(), None);
        let proof = ledger.prove("case-3", &checkpoint).await.unwrap();
        assert_eq!(proof.entries.len(), 120);
        // It survives the way over a file.
        let proof: Proof = serde_json::from_str(&serde_json::to_string(&proof).unwrap()).unwrap();
        let checked = check_proof(&proof, &checkpoint.note, &public).unwrap();
        assert_eq!((checked.size, checked.entries, checked.origin.as_str()), (600, 120, "xiezhi.example/district"));
        // Whatever is changed is noticed.
        let bend = |change: &dyn Fn(&mut Proof)| {
            let mut bent = proof.clone();
            change(&mut bent);
            check_proof(&bent, &checkpoint.note, &public).unwrap_err()
        };
        bend(&|p| p.entries[5].entry.body.push(' '));
        bend(&|p| p.entries[5].entry.actor.push('x'));
        bend(&|p| p.entries[5].entry.recorded_at += 1);
        bend(&|p| p.entries[5].path[0].0[0] ^= 1);
        bend(&|p| drop(p.entries.remove(5)));
        bend(&|p| p.bureau = "别的区".into());
        bend(&|p| p.stream = "case-4".into());
        bend(&|p| p.entries.clear());
        bend(&|p| {
            p.entries[5].entry.body.push(' ');
            p.entries[5].entry.hash = p.entries[5].entry.rehash(&p.bureau);
        });
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert!(check_proof(&proof, &checkpoint.note, &other).is_err());
        assert!(check_proof(&proof, &checkpoint.note.replacen("600", "601", 1), &public).is_err());
        assert!(check_proof(&proof, "nonsense", &public).is_err());
        // Against a later checkpoint the same stream is longer.
        let later = ledger.checkpoint(&key, "xiezhi.example/district").await.unwrap();
        assert_eq!(ledger.newest_checkpoint().await.unwrap().as_ref(), Some(&later));
        let proof = ledger.prove("case-3", &later).await.unwrap();
        assert_eq!(check_proof(&proof, &later.note, &public).unwrap().entries, 140);
        assert!(ledger.verify(Some(&checkpoint), 2).await.unwrap().against_checkpoint);
        assert!(ledger.checkpoint(&key, "with space").await.is_err());
        ledger.close();
    });
}

#[test]
fn the_note_has_the_c2sp_form() {
    on_each(async |world| {
        let ledger = world.open();
        let key = SigningKey::from_bytes(&[7; 32]);
        let empty = ledger.checkpoint(&key, "o").await.unwrap();
        let lines = empty.note.split('\n').collect::<Vec<_>>();
        assert_eq!(lines[..3], ["o", "0", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]);
        assert!(lines[3].starts_with("chain "));
        assert_eq!(lines[4], "");
        assert!(lines[5].starts_with("— o "));
        assert_eq!(lines[6..], [""]);
        ledger.verify(Some(&empty), 1).await.unwrap();
        ledger.close();
    });
}
