//! API tokens in both databases.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::print_stdout,
    reason = "tests may stop, and go through one story in one place"
)]

mod support;

use std::collections::BTreeSet;

use jiff::SignedDuration;
use runward_access::{
    AccessError, Limits, NewToken, Scope, TokenText, create_token, disable_principal, list_tokens,
    revoke_token, revoke_tokens_of, rotate_token,
};
use runward_db::{DbError, testing::each_backend};
use runward_model::{Action, Actor, EventType};
use support::{
    now,
    store::{access, events, free, kinds, new_token, people, root},
};

#[test]
fn tokens_are_proved_and_failures_recorded_without_a_secret() {
    each_backend(|db| {
        people(&db);
        let access = access();
        let limits = Limits::default();
        let mut new = new_token("dev", &[Scope::Read, Scope::One(Action::RunScan)]);
        new.repositories = Some(BTreeSet::from(["a".to_owned()]));
        let (info, text) =
            create_token(&db, &root(), now(), &new, &[7; 40], &limits, free).unwrap();
        assert_eq!(
            list_tokens(&db, Some("dev")).unwrap(),
            std::slice::from_ref(&info)
        );
        assert!(list_tokens(&db, Some("ada")).unwrap().is_empty());

        let before = events(&db).len();
        let minute = |count: i64| now() + SignedDuration::from_secs(60 * count);
        for at in [0, 0, 1, 2, 100] {
            let caller = access
                .authenticate(&db, &text.reveal(), minute(at), Some("192.0.2.1"))
                .unwrap();
            assert_eq!(caller.principal, "dev");
            assert_eq!(caller.actor().token.as_deref(), Some(info.id.as_str()));
            assert_eq!(
                list_tokens(&db, None).unwrap()[0].last_used,
                Some(minute(at))
            );
        }
        // At most once a minute, by any process.
        for access in [&access, &support::store::access()] {
            let soon = minute(100) + SignedDuration::from_secs(59);
            access
                .authenticate(&db, &text.reveal(), soon, None)
                .unwrap();
            assert_eq!(
                list_tokens(&db, None).unwrap()[0].last_used,
                Some(minute(100))
            );
        }
        // The first use, and the one after more than an hour.
        let logins = kinds(&db).split_off(before);
        assert_eq!(logins, [EventType::LoginSucceeded; 2]);

        let before = events(&db).len();
        let mut other_secret = [7; 40];
        other_secret[39] = 8;
        let wrong = [
            ("", "not a token", None),
            ("rw_x", "not a token", None),
            ("\0", "not a token", None),
            (&TokenText::new(&[9; 40]).reveal(), "unknown token", None),
            (
                &TokenText::new(&other_secret).reveal(),
                "wrong secret",
                Some(&info.id),
            ),
        ];
        let mut messages = BTreeSet::new();
        for (text, ..) in wrong {
            let error = access
                .authenticate(&db, text, now(), Some("192.0.2.1"))
                .unwrap_err();
            messages.insert(error.to_string());
        }
        assert_eq!(messages.len(), 1, "{messages:?}");
        let failures = events(&db).split_off(before);
        assert_eq!(failures.len(), wrong.len());
        for (event, (_, reason, id)) in failures.iter().zip(wrong) {
            assert_eq!(event.event_type, EventType::LoginFailed);
            assert_eq!(event.reason.as_deref(), Some(reason));
            assert_eq!(event.actor.token.as_ref(), id);
            assert_eq!(event.actor.address.as_deref(), Some("192.0.2.1"));
        }
        // Neither the token nor its bytes are anywhere in the database.
        let secret = text.reveal();
        let (_, secret) = secret[3..].split_once('_').unwrap();
        let everything = db
            .read(|tx| {
                let mut text = String::new();
                for query in ["SELECT hash FROM tokens", "SELECT event FROM outbox"] {
                    for row in tx.rows(query)? {
                        text.push_str(&String::from_utf8_lossy(row.bytes(0)?));
                    }
                }
                Ok::<_, DbError>(text)
            })
            .unwrap();
        assert!(!everything.contains(&secret[..20]));
        assert!(!everything.contains(&"\u{7}".repeat(8)));
    });
}

#[test]
fn tokens_narrow_and_never_widen() {
    each_backend(|db| {
        people(&db);
        let limits = Limits::default();
        let scopes = [Scope::Read, Scope::One(Action::CreateToken)];
        let mut first = new_token("dev", &scopes);
        first.repositories = Some(BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        first.days = 30;
        let (issuer, _) =
            create_token(&db, &root(), now(), &first, &[1; 40], &limits, free).unwrap();
        let actor = Actor {
            token: Some(issuer.id.clone()),
            ..Actor::principal("dev")
        };
        let mut entropy = 2;
        let mut make = |change: &dyn Fn(&mut NewToken)| {
            entropy += 1;
            let mut new = first.clone();
            change(&mut new);
            create_token(&db, &actor, now(), &new, &[entropy; 40], &limits, free).map(|it| it.0)
        };
        make(&|_| {}).unwrap();
        make(&|it| it.days = 1).unwrap();
        make(&|it| it.scopes = BTreeSet::from([Scope::One(Action::ViewTask)])).unwrap();
        make(&|it| it.repositories = Some(BTreeSet::from(["b".to_owned()]))).unwrap();
        for wider in [
            make(&|it| it.days = 31),
            make(&|it| it.scopes = BTreeSet::from([Scope::Write])),
            make(&|it| it.repositories = None),
            make(&|it| it.repositories = Some(BTreeSet::from(["c".to_owned()]))),
        ] {
            assert!(
                matches!(wider, Err(AccessError::TokenWider(_))),
                "{wider:?}"
            );
        }
        let unsound = [
            make(&|it| it.scopes.clear()),
            make(&|it| it.repositories = Some(BTreeSet::new())),
            make(&|it| it.repositories = Some(BTreeSet::from(["..".to_owned()]))),
            make(&|it| it.repositories = Some((0..1_001).map(|n| n.to_string()).collect())),
            make(&|it| it.days = 0),
            make(&|it| it.days = 366),
            make(&|it| it.days = u32::MAX),
            make(&|it| it.name = "\u{202e}".to_owned()),
            make(&|it| it.principal = "nobody".to_owned()),
        ];
        for result in unsound {
            assert!(result.is_err(), "{result:?}");
        }
        disable_principal(&db, &root(), now(), "dev", None, free).unwrap();
        assert!(matches!(
            create_token(&db, &root(), now(), &first, &[99; 40], &limits, free),
            Err(AccessError::PrincipalDisabled(_))
        ));
    });
}

#[test]
fn a_token_is_rotated_and_revoked() {
    each_backend(|db| {
        people(&db);
        let access = access();
        let limits = Limits::default();
        let new = new_token("dev", &[Scope::Scan]);
        let (old, old_text) =
            create_token(&db, &root(), now(), &new, &[1; 40], &limits, free).unwrap();
        let later = now() + SignedDuration::from_hours(24 * 60);
        let (new, new_text) = rotate_token(
            &db,
            &root(),
            later,
            &old.id,
            &[2; 40],
            &limits,
            |_, token| {
                assert_eq!(token.principal, "dev");
                Ok::<_, AccessError>(())
            },
        )
        .unwrap();
        assert_eq!(new.expires, later + SignedDuration::from_hours(24 * 90));
        assert_eq!((&new.scopes, &new.name), (&old.scopes, &old.name));
        assert!(
            access
                .authenticate(&db, &old_text.reveal(), later, None)
                .is_err()
        );
        access
            .authenticate(&db, &new_text.reveal(), later, None)
            .unwrap();
        assert!(kinds(&db).contains(&EventType::SecretRotated));
        assert!(matches!(
            rotate_token(&db, &root(), later, &old.id, &[3; 40], &limits, |tx, _| {
                free(tx)
            }),
            Err(AccessError::DeadToken(_))
        ));
        assert_eq!(
            revoke_tokens_of(&db, &root(), later, "dev", free).unwrap(),
            1
        );
        assert!(!revoke_token(&db, &root(), later, &new.id, None, |tx, _| free(tx)).unwrap());
        for id in ["nothing", "a\0b"] {
            let asked = revoke_token(&db, &root(), later, id, None, |tx, token| {
                assert_eq!(token.principal, "");
                free(tx)
            });
            assert!(matches!(asked, Err(AccessError::UnknownToken(_))));
        }
    });
}

#[test]
fn a_token_does_not_renew_another_beyond_itself() {
    each_backend(|db| {
        people(&db);
        let limits = Limits::default();
        let mut short = new_token("dev", &[Scope::Read, Scope::Admin]);
        short.days = 1;
        let (short, _) =
            create_token(&db, &root(), now(), &short, &[1; 40], &limits, free).unwrap();
        let long = new_token("dev", &[Scope::Read]);
        let (long, _) = create_token(&db, &root(), now(), &long, &[2; 40], &limits, free).unwrap();
        let with = |token: &str| Actor {
            token: Some(token.to_owned()),
            ..Actor::principal("dev")
        };
        let rotate = |used: &str, id: &str, entropy| {
            rotate_token(
                &db,
                &with(used),
                now(),
                id,
                &[entropy; 40],
                &limits,
                |tx, _| free(tx),
            )
        };
        assert!(matches!(
            rotate(&short.id, &long.id, 3),
            Err(AccessError::TokenWider(_))
        ));
        assert!(matches!(
            rotate(&long.id, &short.id, 4),
            Err(AccessError::TokenWider(_))
        ));
        let (new, _) = rotate(&short.id, &short.id, 5).unwrap();
        assert_eq!(new.expires, short.expires);
    });
}
