//! Quality gates: checks that have to pass before a task is completed.

use runward_model::{EventType, GateState, Task, TaskId};
use serde_json::{Map, Value};

use super::{By, Tasks, create::pending, life::active};
use crate::{LIMITS, TaskError, input::GATE};

impl Tasks<'_> {
    /// Asks for another check. A gate is never taken away: one that does not apply is waived, which
    /// says by whom and why.
    pub fn add_gate<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        name: &str,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, Some(id), &GATE, &input(name, None))?;
        self.change(by, id, Some(&valid), check, |tx, mut edit| {
            active(&edit.task, "changed")?;
            let found = edit.task.gates.len();
            if found >= LIMITS.gates && !edit.task.gates.contains_key(name) {
                return Err(TaskError::TooMany {
                    id,
                    what: "quality gates",
                    found,
                    max: LIMITS.gates,
                });
            }
            edit.task
                .gates
                .entry(name.to_owned())
                .or_insert_with(|| pending(name.to_owned(), by));
            edit.save(tx, EventType::TaskUpdated)
        })
    }

    pub fn start_gate<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        name: &str,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        self.gate(by, id, (name, None), GateState::Running, check)
    }

    pub fn pass_gate<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        name: &str,
        reason: Option<&str>,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        self.gate(by, id, (name, reason), GateState::Passed, check)
    }

    pub fn fail_gate<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        name: &str,
        reason: &str,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        self.gate(by, id, (name, Some(reason)), GateState::Failed, check)
    }

    /// Goes on without the check; says by whom and why.
    pub fn waive_gate<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        name: &str,
        reason: &str,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        self.gate(by, id, (name, Some(reason)), GateState::Waived, check)
    }

    fn gate<E: From<TaskError>>(
        &self,
        by: &By<'_>,
        id: TaskId,
        (name, reason): (&str, Option<&str>),
        state: GateState,
        check: impl FnOnce(&Task) -> Result<(), E>,
    ) -> Result<Task, E> {
        let valid = self.valid(by, Some(id), &GATE, &input(name, reason))?;
        self.change(by, id, Some(&valid), check, |tx, mut edit| {
            active(&edit.task, "changed")?;
            let reason = edit.reason.clone();
            let gate = edit
                .task
                .gates
                .get_mut(name)
                .ok_or_else(|| TaskError::NoGate {
                    id,
                    name: name.to_owned(),
                })?;
            let before = gate.state;
            gate.state = state;
            gate.by.clone_from(&by.actor.id);
            gate.at = by.now;
            gate.reason = reason;
            // A second failure or pass is news too, though the state stays what it was.
            edit.details.insert("gate".to_owned(), name.into());
            edit.details
                .insert("before".to_owned(), before.as_str().into());
            edit.always = true;
            let kind = match state {
                GateState::Running => EventType::QualityGateStarted,
                GateState::Passed => EventType::QualityGatePassed,
                GateState::Failed => EventType::QualityGateFailed,
                GateState::Waived => EventType::QualityGateWaived,
                GateState::Pending => EventType::TaskUpdated,
            };
            edit.save(tx, kind)
        })
    }
}

fn input(name: &str, reason: Option<&str>) -> Value {
    let mut map = Map::new();
    map.insert("name".to_owned(), name.into());
    if let Some(reason) = reason {
        map.insert("reason".to_owned(), reason.into());
    }
    Value::Object(map)
}
