//! Decisions with 1,000 users and 100 repositories, against hashing the question with SHA-256 in the
//! same run.
//!
//! `cargo bench -p runward-access --bench decide`
#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop"
)]

use std::{
    collections::BTreeSet,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use runward_access::{
    Engine, Member, Policies, Principal, PrincipalKind, REPOSITORY_ROLES, Request, Scope,
    StoredToken, TokenInfo,
};
use runward_model::{Action, Resource, Role, Severity};
use sha2::{Digest as _, Sha256};

const USERS: usize = 1_000;
const REPOSITORIES: usize = 100;
const QUESTIONS: usize = 100_000;

fn main() {
    let policies = Arc::new(Policies::shipped().unwrap());
    // Each in ten repositories, as in a large team; and each in all, as the worst case.
    for (what, each) in [("10 memberships each", 10), ("100 memberships each", 100)] {
        let people = (0..USERS).map(|number| user(number, each)).collect();
        let tokens = (0..USERS).map(token).collect();
        let start = Instant::now();
        let engine = Engine::new(Arc::clone(&policies), 1, people, tokens);
        println!(
            "{USERS} users, {REPOSITORIES} repositories, {what}: made in {:?}",
            start.elapsed()
        );
        decisions(&engine);
        lists(&engine);
    }
}

fn decisions(engine: &Engine) {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut ours, mut reference) = (Vec::new(), Vec::new());
    let mut allowed = 0;
    for round in 0..QUESTIONS + 1_000 {
        let number = random.below(USERS);
        let (user, token) = (format!("user{number}"), number.to_string());
        let resource = resource(&mut random);
        let action = *pick(actions(&resource), &mut random);
        let request = Request {
            principal: &user,
            // A third by token.
            token: (round % 3 == 0).then_some(token.as_str()),
            action,
            resource: &resource,
            now: Timestamp::UNIX_EPOCH,
        };
        let start = Instant::now();
        let decision = black_box(engine.decide(black_box(&request)));
        let took = start.elapsed();
        let bytes = format!("{request:?}");
        let start = Instant::now();
        black_box(Sha256::digest(black_box(bytes.as_bytes())));
        if round >= 1_000 {
            ours.push(took);
            reference.push(start.elapsed());
            allowed += usize::from(decision.allowed);
        }
    }
    let share = allowed * 100 / QUESTIONS;
    let (ours, reference) = (spread(ours), spread(reference));
    println!(
        "  decide: p50 {:?}, p99 {:?}, p99.9 {:?}, max {:?}; {share} % allowed; SHA-256 of the \
         question p50 {:?}, ratio {:.1}",
        ours[0],
        ours[1],
        ours[2],
        ours[3],
        reference[0],
        ours[0].as_secs_f64() / reference[0].as_secs_f64(),
    );
}

fn lists(engine: &Engine) {
    let mut times = Vec::new();
    for number in 0..USERS {
        let user = format!("user{number}");
        let start = Instant::now();
        black_box(engine.visible(&user, None, Action::ViewTask, Timestamp::UNIX_EPOCH));
        times.push(start.elapsed());
    }
    let times = spread(times);
    println!(
        "  visible: p50 {:?}, p99 {:?}, max {:?}",
        times[0], times[1], times[3]
    );
}

fn spread(mut times: Vec<Duration>) -> [Duration; 4] {
    times.sort_unstable();
    [500, 990, 999, 1_000].map(|mille| times[(times.len() - 1) * mille / 1_000])
}

fn user(number: usize, each: usize) -> Member {
    let id = format!("user{number}");
    Member {
        principal: Principal {
            name: id.clone(),
            id,
            email: None,
            kind: PrincipalKind::Human,
            created: Timestamp::UNIX_EPOCH,
            disabled: number.is_multiple_of(50).then_some(Timestamp::UNIX_EPOCH),
        },
        roles: match number % 40 {
            0 => BTreeSet::from([Role::SecurityLead]),
            1 => BTreeSet::from([Role::Auditor]),
            2 => BTreeSet::from([Role::Admin]),
            _ => BTreeSet::new(),
        },
        memberships: (0..each)
            .map(|at| {
                let name = format!("team/repository{}", (number + at) % REPOSITORIES);
                (name, REPOSITORY_ROLES[(number + at) % 3])
            })
            .collect(),
    }
}

fn token(number: usize) -> StoredToken {
    let principal = format!("user{number}");
    StoredToken {
        info: TokenInfo {
            id: number.to_string(),
            created_by: principal.clone(),
            principal,
            name: "token".to_owned(),
            scopes: BTreeSet::from([Scope::Read, Scope::Write]),
            repositories: None,
            created: Timestamp::UNIX_EPOCH,
            expires: Timestamp::MAX,
            last_used: None,
            revoked: None,
        },
        hash: vec![0; 32],
    }
}

fn resource(random: &mut Random) -> Resource {
    let repository = format!("team/repository{}", random.below(REPOSITORIES));
    let someone = |random: &mut Random| format!("user{}", random.below(USERS));
    let severity = *pick(&[Severity::Low, Severity::High, Severity::Critical], random);
    match random.below(8) {
        0..4 => Resource::Task {
            id: format!("T-{}", random.below(100_000)),
            repository,
            owner: someone(random),
            assignee: Some(someone(random)),
            requester: Some(someone(random)),
            severity,
            approver: Some(Role::TeamLead),
        },
        4..6 => Resource::Finding {
            id: format!("{:032x}", random.below(1_000_000)),
            repository,
            severity,
            approver: None,
            involved: BTreeSet::from([someone(random), someone(random)]),
        },
        6 => Resource::Repository { name: repository },
        _ => Resource::System,
    }
}

/// What is asked on such a thing: every question goes all the way through the policies.
fn actions(resource: &Resource) -> &'static [Action] {
    match resource {
        Resource::Task { .. } => &[
            Action::ViewTask,
            Action::UpdateTask,
            Action::CompleteTask,
            Action::ApproveTask,
            Action::WaiveGate,
        ],
        Resource::Finding { .. } => &[
            Action::ViewFinding,
            Action::TriageFinding,
            Action::AcceptFinding,
        ],
        Resource::Repository { .. } => &[Action::RunScan, Action::CreateTask, Action::ViewFinding],
        _ => &[Action::ViewAudit, Action::ManageAccess, Action::ManageStore],
    }
}

fn pick<'a, T>(all: &'a [T], random: &mut Random) -> &'a T {
    &all[random.below(all.len())]
}

/// Xorshift: the same questions in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}
