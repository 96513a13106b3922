#!/usr/bin/env node
// The yearly report computed a second time, by a program that shares nothing with the first: it reads only the lines of
// `xiezhi export journal`, folds them into its own small state, and counts by the definitions of the indicators as they are written
// down in words (title, scope, measure, rounding). It never sees a table, a query or a template.
//
//   node recompute.mjs JOURNAL --year 2024 [--until 2024-11-21[,DAY…]] [--at POSITION[,POSITION…]]
//   node recompute.mjs JOURNAL --year 2024 --until 2024-11-21 --list campaign.thunder.cases
//   node recompute.mjs JOURNAL --compare REPORT.json
//
// Where a definition can be read in two ways, a comment that begins with “Read as” says which was taken.

import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

// ---------------------------------------------------------------------------------------------------------------------------------
// The state: what the journal says, as far as figures ask.

const fresh = () => ({
  position: 0,
  organs: new Map(), // id -> { kind }
  units: new Map(), // id -> { name, kind }
  persons: new Map(), // number -> { unit, active }
  certificates: new Map(), // number and first day -> the newest word on it
  roles: new Map(),
  qualifications: new Map(), // person and kind -> { person, kind, from }
  tickets: new Map(), // number -> what came in, and the days of what was done
  cases: new Map(), // number -> { unit, acts, voided }
  registers: new Map(), // name -> number -> { fields, lines } of the records that stand
});

// Entries of these kinds are read; every other kind says nothing that is counted.
const READ = {
  'office.organ': (s, b) => s.organs.set(b.id, { kind: b.kind }),
  'office.unit': (s, b) => s.units.set(b.id, { name: b.name, kind: b.kind }),
  'office.person': (s, b) => s.persons.set(b.id, { unit: b.unit, active: b.active }),
  // The same number from the same day is the same certificate, said anew; another first day is its renewal.
  'office.certificate': (s, b) => s.certificates.set(`${b.number} ${b.from}`, b),
  'office.role': (s, b) => s.roles.set([b.person, b.role, b.organ, b.from].join(' '), b),
  'office.qualification': (s, b) => s.qualifications.set(`${b.person} ${b.kind}`, b),
  'ticket.received': (s, b, e) =>
    s.tickets.set(own(e), {
      id: own(e), orderNo: b.order_no, channel: b.channel, received: b.received.slice(0, 10),
      reached: [], answered: [], closed: undefined,
    }),
  'ticket.contacted': (s, b, e) => void (b.reached && s.tickets.get(own(e))?.reached.push(e.happened_at)),
  'ticket.answered': (s, b, e) => void s.tickets.get(own(e))?.answered.push(e.happened_at),
  'ticket.closed': (s, b, e) => void (s.tickets.has(own(e)) && (s.tickets.get(own(e)).closed = e.happened_at)),
  'register.recorded': record,
  'register.changed': record,
  'register.voided': (s, b) => void s.registers.get(b.register)?.delete(b.id),
};

const own = entry => Number(entry.stream.slice(entry.stream.lastIndexOf('/') + 1));

function record(state, body) {
  if (!state.registers.has(body.register)) state.registers.set(body.register, new Map());
  // The state is the whole record, so a change replaces it.
  state.registers.get(body.register).set(body.id, { fields: body.state.fields, lines: body.state.lines ?? {} });
}

// Acts of a case that figures ask for. Others only say which unit has the case.
const ACTS = new Set([
  'ClueRegistered', 'OnSpotPenalty', 'PenaltyDecided', 'PenaltyWaived', 'Published', 'DecisionChanged', 'DecisionRevoked',
]);

function act(state, body) {
  let file = state.cases.get(body.case);
  if (!file) state.cases.set(body.case, (file = { id: body.case, unit: '', acts: [], voided: new Set() }));
  file.unit = body.unit;
  const { no, happened, subject, act: said } = body.recorded;
  if (said.kind === 'Voided') {
    // As if it had not been entered, on whatever day the slip was noticed.
    file.voided.add(subject.Item);
    return;
  }
  if (!ACTS.has(said.kind)) return;
  file.acts.push({
    no, kind: said.kind, day: happened, of: subject.Document, campaign: said.campaign, fine: said.fine, sorts: said.sorts,
  });
}

function apply(state, entry) {
  if (entry.position !== state.position + 1) throw new Error(`entry ${entry.position} follows ${state.position}`);
  state.position = entry.position;
  const read = READ[entry.kind] ?? (entry.kind.startsWith('case.') ? act : undefined);
  if (!read) return;
  if (entry.kind_version !== 1) throw new Error(`entry ${entry.position}: ${entry.kind} of version ${entry.kind_version} is not known`);
  read(state, JSON.parse(entry.body), entry);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Days. All are civil days as ISO text, which sorts as the days do.

// Days off that are no weekend, and weekends worked in exchange, as the State Council announced them for each year.
const OFF = spans(
  '2023-01-02 2023-01-21/2023-01-27 2023-04-05 2023-04-29/2023-05-03 2023-06-22/2023-06-24 2023-09-29/2023-10-06 2023-12-30/2024-01-01 ' +
  '2024-02-10/2024-02-17 2024-04-04/2024-04-06 2024-05-01/2024-05-05 2024-06-10 2024-09-15/2024-09-17 2024-10-01/2024-10-07 ' +
  '2025-01-01 2025-01-28/2025-02-04 2025-04-04/2025-04-06 2025-05-01/2025-05-05 2025-05-31/2025-06-02 2025-10-01/2025-10-08 ' +
  '2026-01-01/2026-01-03 2026-02-15/2026-02-23 2026-04-04/2026-04-06 2026-05-01/2026-05-05 2026-06-19/2026-06-21 2026-09-25/2026-09-27 2026-10-01/2026-10-07');
const WORKED = spans(
  '2023-01-28/2023-01-29 2023-04-23 2023-05-06 2023-06-25 2023-10-07/2023-10-08 ' +
  '2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12 ' +
  '2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10');

function spans(text) {
  const days = new Set();
  for (const span of text.split(' ')) {
    const [from, to = from] = span.split('/');
    for (let day = from; day <= to; day = plus(day, 1)) days.add(day);
  }
  return days;
}

function plus(day, days) {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

function worked(day) {
  if (WORKED.has(day)) return true;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return !OFF.has(day) && weekday !== 0 && weekday !== 6;
}

// The `n`th day worked after `day`, which is not counted, nor is any day from `spared[0]` to `spared[1]`.
function workdays(day, n, spared) {
  for (let left = n; left > 0; ) {
    day = plus(day, 1);
    if (worked(day) && !(spared && spared[0] <= day && day <= spared[1])) left -= 1;
  }
  return day;
}

// The day of the same number some months later, or the last of a shorter month.
function months(day, n) {
  const [year, month, date] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + n + 1, 0));
  const end = new Date(Date.UTC(year, month - 1 + n, Math.min(date, last.getUTCDate())));
  return end.toISOString().slice(0, 10);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Decisions.

const PENALTIES = ['PenaltyDecided', 'OnSpotPenalty'];

function* standing(file) {
  for (const act of file.acts) if (!file.voided.has(act.no)) yield act;
}

function* decisions(state, kinds) {
  for (const file of state.cases.values()) {
    for (const act of standing(file)) if (kinds.includes(act.kind)) yield { file, act };
  }
}

// The fine of a decision as it stands at the end of a day: what was changed or revoked by then counts, in the order of the days on which
// it happened, whenever it was recorded. Revoked is nothing, changed is the new amount.
function fineAt({ file, act }, until) {
  const later = [...standing(file)].filter(a => a.of === act.no && a.day <= until && ['DecisionChanged', 'DecisionRevoked'].includes(a.kind));
  later.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.no - b.no));
  const last = later.at(-1);
  if (!last) return act.fine ?? 0;
  return last.kind === 'DecisionChanged' ? last.fine : 0;
}

// The campaign that the act which raised the case names. Read as: the first standing clue or on-spot penalty that names one.
function campaign(file) {
  for (const act of standing(file)) {
    if (['ClueRegistered', 'OnSpotPenalty'].includes(act.kind) && act.campaign != null) return act.campaign;
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Registers.

function* records(state, register) {
  for (const [id, { fields, lines }] of state.registers.get(register) ?? []) yield { id, lines, ...fields };
}

// Records whose day lies within the period.
function dated(register, day, more = () => true) {
  return ({ state, within }) => [...records(state, register)].filter(r => within(r[day]) && more(r, state)).map(r => ({ key: [r[day], r.id], ...r }));
}

// Rows of the lines of a register, with their record.
function* rows(state, register, lines) {
  for (const record of records(state, register)) {
    for (const [at, row] of (record.lines[lines] ?? []).entries()) yield { record, row, line: at + 1 };
  }
}

const thunder = (state, id) => state.registers.get('campaign')?.get(id)?.fields.series === 'thunder';
const ofBureau = (record, state) => state.organs.get(record.organ)?.kind === 'bureau';

// ---------------------------------------------------------------------------------------------------------------------------------
// Lists: for each figure and claim the records behind it, each with a `key` that names and sorts it.

function raised({ state, within, until }) {
  const found = [];
  // Read as: a decision that the facts do not stand is neither a penalty nor the waiving of one, and its case was not 查处.
  for (const decision of decisions(state, [...PENALTIES, 'PenaltyWaived'])) {
    const { file, act } = decision;
    // Read as: the fines are those of the decisions that put the case into the period, not of another decision of another year.
    if (within(act.day) && thunder(state, campaign(file))) {
      found.push({ key: [act.day, file.id, act.no], case: file.id, fine: fineAt(decision, until) });
    }
  }
  return found;
}

function traced({ state, within, until }) {
  return [...records(state, 'transfer')].filter(
    r => r.direction === 'received' && r.origin === 'province' && within(r.handed) && r.traced <= until);
}

function transferDecisions({ state, within, until }) {
  const cases = new Set(traced({ state, within, until }).map(r => r.case_id));
  return [...decisions(state, PENALTIES)].filter(d => cases.has(d.file.id) && d.act.day <= until);
}

function holders(kinds) {
  return ({ state, until }) => {
    const found = [];
    for (const c of state.certificates.values()) {
      const person = state.persons.get(c.person);
      // Read as: where a person works and whether at all is as the journal knows it, not as of a day.
      const unit = person?.active && state.units.get(person.unit);
      if (unit && kinds.includes(unit.kind) && c.from <= until && until <= c.to) {
        found.push({ key: [c.person, c.number, c.from], person: c.person, number: c.number, met: c.published });
      }
    }
    return found;
  };
}
const DISTRICT = ['department', 'brigade', 'squadron'];

const at = (state, id) => (state.persons.get(id)?.active ? state.units.get(state.persons.get(id).unit) : undefined);

function lawyers({ state, until }) {
  const held = (person, kind) => state.qualifications.get(`${person} ${kind}`)?.from <= until;
  const found = [];
  for (const q of state.qualifications.values()) {
    if (q.kind === 'legal' && q.from <= until && at(state, q.person)) {
      found.push({ key: [q.person, q.kind], person: q.person, met: held(q.person, 'public_lawyer') });
    }
  }
  return found;
}

function published({ state, within }) {
  const found = [];
  // Read as: the act “penalty decided” is the decision of the ordinary procedure, whatever else happened in the case; a public criticism
  // without any other penalty is left out with the warning, as both touch nothing but the name.
  for (const { file, act } of decisions(state, ['PenaltyDecided'])) {
    const days = [...standing(file)].filter(a => a.kind === 'Published' && a.of === act.no).map(a => a.day).sort();
    if (days.length && within(days[0]) && act.sorts.some(sort => !['warning', 'criticism'].includes(sort))) {
      found.push({ key: [days[0], file.id, act.no], case: file.id });
    }
  }
  return found;
}

const disputes = more => args =>
  dated('dispute', 'received', (r, state) => ofBureau(r, state) && more(r, args))(args).map(r => ({ ...r, met: !AGAINST.includes(r.result) }));
const AGAINST = ['revoked', 'altered', 'unlawful', 'ordered'];
const concluded = (r, { until }) => r.concluded <= until;

const sessions = more => ({ state, within }) =>
  [...rows(state, 'dispute', 'sessions')]
    .filter(({ record, row }) => ofBureau(record, state) && within(row.held) && more(row))
    .map(({ record, row, line }) => ({ key: [row.held, record.id, line], done: row.head_present === true }));

// Answered in time; open while the term runs. Time spent asking others does not count, and the whole term is twice as long where it was
// lawfully extended (政府信息公开条例 33).
function disclosure(args) {
  return dated('information', 'received')(args).map(r => {
    const spared = r.asked_from && r.asked_to ? [r.asked_from, r.asked_to] : undefined;
    const due = workdays(r.received, r.extended ? 40 : 20, spared);
    return { ...r, met: r.answered <= args.until ? r.answered <= due : due < args.until ? false : undefined };
  });
}

// Answered at all by the last day; open while the two months run (行政诉讼法 47).
function duty(args) {
  return dated('duty_application', 'received')(args).map(r => ({
    ...r, met: r.answered <= args.until ? true : months(r.received, 2) < args.until ? false : undefined,
  }));
}

const tickets = channel => ({ state, within }) =>
  [...state.tickets.values()].filter(t => t.channel === channel && within(t.received)).map(t => ({ key: [t.received, t.id], ...t }));

// Reached within one day worked. Read as: an answer alone is not a first contact.
function contacted({ state, within, until }) {
  return [...state.tickets.values()].filter(t => within(t.received)).map(t => {
    const first = [...t.reached].sort()[0];
    return { key: [t.received, t.id], done: first <= until && first <= workdays(t.received, 1) };
  });
}

function closed({ state, within }) {
  return [...state.tickets.values()].filter(t => within(t.closed)).map(t => ({
    key: [t.closed, t.id], orderNo: t.orderNo, met: t.answered.some(day => day <= t.closed),
  }));
}

// Items of the plans of the year that were completed within it.
function plan({ state, within, year }) {
  return [...rows(state, 'training_plan', 'items')]
    .filter(({ record, row }) => record.plan_year === year && within(row.completed))
    .map(({ record, row, line }) => ({ key: [row.completed, record.id, line], hours: row.hours ?? 0, credits: row.credits ?? 0 }));
}

const results = (register, kinds, more) => ({ state, within }) =>
  [...rows(state, register, 'results')]
    .filter(({ record, row }) => within(record.held) && kinds.includes(record.kind ?? record.level) && more(row))
    .map(({ record, row, line }) => ({ key: [record.held, record.id, line], person: row.person }));

const drills = r => r.all_staff === true && r.drill === true;

// ---------------------------------------------------------------------------------------------------------------------------------
// Measures and words.

const count = list => list.length;
const distinct = key => list => new Set(list.map(r => r[key])).size;
const sum = key => list => list.reduce((all, r) => all + r[key], 0);

const decimal = (n, whole) => {
  const digits = String(whole).length - 1;
  const part = String(n % whole).padStart(digits, '0').replace(/0+$/, '');
  return `${Math.trunc(n / whole)}${part && `.${part}`}`;
};
const exact = (n, unit) => `${n}${unit}`;
const floor = step => (n, unit) => (n < step || n % step === 0 ? `${n}${unit}` : `${n - (n % step)}余${unit}`);
const about = step => (n, unit) => (n < step ? `${n}${unit}` : `约${Math.round(n / step) * step}${unit}`);
const or = (none, rule) => (n, unit, list) => (n === 0 ? none : rule(n, unit, list));

// A number that is no whole one is given in the smaller unit, so that every value is exact.
const plain = (list, measure, say, unit) => ({ value: measure(list), unit, worded: say(measure(list), unit, list) });
const money = (list, measure) => {
  const fen = measure(list);
  const worded = fen >= 1_000_000 ? `${decimal(fen, 1_000_000)}万元` : `${decimal(fen, 100)}元`;
  return fen % 100 === 0 ? { value: fen / 100, unit: '元', worded } : { value: fen, unit: '分', worded };
};
const tenths = (list, measure, say, unit) => {
  const n = measure(list);
  const worded = `${decimal(n, 10)}${unit}`;
  return n % 10 === 0 ? { value: n / 10, unit, worded } : { value: n, unit: `0.1${unit}`, worded };
};
// A share, cut and never rounded up.
const share = empty => list => {
  const of = list.filter(r => r.done).length;
  if (list.length === 0) return { value: null, unit: '%', worded: empty };
  const cut = Math.floor((of * 1000) / list.length);
  return { value: Math.floor(cut / 10), unit: '%', worded: cut === 0 && of > 0 ? '不足0.1%' : `${decimal(cut, 10)}%` };
};
// Every award by name, contests in the order in which they first appear.
function named(n, unit, list) {
  if (n > 100) return `${n}${unit}`;
  const contests = new Map();
  for (const r of list) contests.set(r.contest, [...(contests.get(r.contest) ?? []), r.event + r.rank]);
  return [...contests].map(([contest, won]) => contest + won.join('、')).join('；');
}

// id, kind, unit, list, measure, words, and how value and words are made of them.
const FIGURES = [
  ['outreach.events', 'flow', '次', dated('outreach', 'held'), count, floor(100)],
  ['outreach.lectures', 'flow', '次', dated('lecture', 'held'), count, exact],
  ['transfer.received', 'flow', '起', dated('transfer', 'handed', r => r.direction === 'received' && r.origin === 'province'), count, exact],
  ['transfer.solved', 'flow', '起', solved, count, exact],
  ['transfer.fines', 'flow', '元', transferFines, sum('fine'), undefined, money],
  ['campaign.thunder.actions', 'flow', '次', dated('campaign_action', 'begun', (r, s) => thunder(s, r.campaign)), count, exact],
  ['campaign.thunder.person_times', 'flow', '人次', roll, sum('heads'), floor(100)],
  ['campaign.thunder.cases', 'flow', '件', raised, distinct('case'), exact],
  ['campaign.thunder.fines', 'flow', '元', raised, sum('fine'), undefined, money],
  ['people.legal_departments', 'stock', '名', legalDepartments, distinct('person'), exact],
  ['people.certificate_holders', 'stock', '名', holders(DISTRICT), distinct('person'), exact],
  ['people.squad_certificate_holders', 'stock', '名', holders(['squad']), distinct('person'), exact],
  ['people.legal_officers', 'stock', '名', legalOfficers, distinct('person'), exact],
  ['people.public_lawyers', 'stock', '名', lawyers, distinct('person'), exact],
  ['training.rounds', 'flow', '轮', dated('training_round', 'begun', drills), count, exact],
  ['training.person_times', 'flow', '人次', attendance, count, exact],
  ['training.exam_passed', 'flow', '人', results('exam', ['qualification', 'renewal'], row => row.passed === true), distinct('person'), exact],
  ['training.fitness_tests', 'flow', '人', results('fitness_test', ['district'], () => true), distinct('person'), exact],
  ['training.hours', 'flow', '学时', toMonth(plan), sum('hours'), undefined, tenths],
  ['training.credits', 'flow', '学分', toMonth(plan), sum('credits'), undefined, tenths],
  ['case.ordinary_published', 'flow', '件', published, distinct('case'), exact],
  ['case.fines_decided', 'flow', '元', finesDecided, sum('fine'), undefined, money],
  ['evaluation.major_decisions', 'flow', '件', dated('decision_evaluation', 'held'), distinct('case_id'), exact],
  ['supervision.recordings_checked', 'flow', '件', dated('recording_check', 'held'), distinct('case_id'), exact],
  ['evaluation.online_files', 'flow', '件', dated('file_evaluation', 'held', online), distinct('case_id'), exact],
  ['supervision.model_cases', 'flow', '篇', dated('model_case', 'published'), count, exact],
  ['study.rule_of_law_discussions', 'flow', '次', dated('study_discussion', 'held'), count, exact],
  ['award.total', 'flow', '项', dated('award', 'won'), count, or('没有获奖', named)],
  ['dispute.total', 'flow', '件', disputes(() => true), count, exact],
  ['dispute.concluded', 'flow', '件', disputes(concluded), count, exact],
  ['dispute.corrected', 'flow', '件', disputes((r, args) => concluded(r, args) && AGAINST.includes(r.result)), count, or('无纠错案件', exact)],
  ['dispute.hearings', 'flow', '起', sessions(() => true), count, exact],
  ['dispute.head_appearances', 'flow', '起', sessions(row => row.head_present === true), count, exact],
  ['dispute.head_appearance_rate', 'ratio', '%', sessions(() => true), undefined, undefined, share('（期内没有开庭，不计算）')],
  ['oversight.judicial_suggestions', 'flow', '份', letters('judicial_suggestion'), count, or('未收到', exact)],
  ['oversight.correction_notices', 'flow', '份', letters('correction_notice'), count, or('未收到', exact)],
  ['oversight.procuratorial_letters', 'flow', '份', letters('procuratorial_suggestion', 'consultation'), count, or('未收到', exact)],
  ['disclosure.applications', 'flow', '件', dated('information', 'received'), count, exact],
  ['duty.applications', 'flow', '件', dated('duty_application', 'received'), count, exact],
  ['suggestion.total', 'flow', '条', dated('suggestion', 'received'), count, exact],
  ['ticket.calls', 'flow', '个', tickets('call'), count, about(50)],
  ['ticket.visits', 'flow', '次', tickets('visit'), count, exact],
  ['ticket.platform', 'flow', '件', tickets('platform'), count, exact],
  ['ticket.12345', 'flow', '件', tickets('hotline_12345'), count, exact],
  ['ticket.12319', 'flow', '件', tickets('hotline_12319'), count, exact],
  ['ticket.wechat', 'flow', '件', tickets('wechat'), count, exact],
  ['ticket.contacted', 'ratio', '%', contacted, undefined, undefined, share('期内没有收到诉求，不计算先行联系率')],
];

function solved(args) {
  const decided = new Set(transferDecisions(args).map(d => d.file.id));
  return traced(args).filter(r => decided.has(r.case_id)).map(r => ({ key: [r.handed, r.id], ...r }));
}

function transferFines(args) {
  // Two transfers that led to one case are one fine.
  return transferDecisions(args).map(d => ({ key: [d.act.day, d.file.id, d.act.no], fine: fineAt(d, args.until) }));
}

function roll({ state, within }) {
  return [...rows(state, 'campaign_action', 'roll')]
    .filter(({ record, row }) => thunder(state, record.campaign) && within(row.day))
    .map(({ record, row, line }) => ({ key: [row.day, record.id, line], heads: row.heads }));
}

function legalDepartments({ state }) {
  const found = [];
  for (const person of state.persons.keys()) {
    if (['法制科', '案件审理科'].includes(at(state, person)?.name)) found.push({ key: [state.persons.get(person).unit, person], person });
  }
  return found;
}

function legalOfficers({ state, until }) {
  return [...state.roles.values()]
    .filter(r => ['legal_reviewer', 'squad_legal_officer'].includes(r.role) && at(state, r.person))
    .filter(r => r.from <= until && (r.to == null || until <= r.to))
    .map(r => ({ key: [r.person, r.role, r.organ, r.from], person: r.person }));
}

function attendance({ state, within }) {
  return [...rows(state, 'training_round', 'attendance')]
    .filter(({ record, row }) => drills(record) && within(record.begun) && row.absent !== true)
    .map(({ record, line }) => ({ key: [record.begun, record.id, line] }));
}

function finesDecided({ state, within }) {
  // As decided: later changes and revocations do not take from it, a voided decision was none. A warning has no fine to list.
  return [...decisions(state, PENALTIES)]
    .filter(({ act }) => within(act.day) && act.fine > 0)
    .map(({ file, act }) => ({ key: [act.day, file.id, act.no], fine: act.fine }));
}

function online(r, state) {
  return r.mode === 'online' && state.units.get(state.cases.get(r.case_id)?.unit)?.kind === 'squad';
}

function letters(...kinds) {
  return dated('letter', 'received', r => kinds.includes(r.kind));
}

// Only whole months: the last one that the period's last day completes.
function toMonth(list) {
  return args => {
    const last = plus(args.until, 1).endsWith('-01') ? args.until : plus(`${args.until.slice(0, 8)}01`, -1);
    return list({ ...args, until: last, within: day => args.within(day) && day <= last });
  };
}

// id, list, name of a record in the sentence, and the sentences. `met` undefined is open: neither for nor against.
const CLAIMS = [
  ['claim.certificate_holders_published', holders(DISTRICT), r => r.number, {
    holds: () => '均在政务网予以公示',
    fails: (n, all, names) => `其中有${n}本证件尚未在政务网公示（${names}）`,
    empty: '没有需要公示的执法证件',
  }],
  ['claim.public_lawyers_qualified', args => lawyers(args).map(r => ({ ...r, key: [r.person] })), r => String(r.person), {
    holds: () => '均已获得公职律师执业资格',
    fails: (n, all, names) => `其中有${n}名尚未获得公职律师执业资格（人员编号${names}）`,
    empty: '没有需要取得公职律师执业资格的人员',
  }],
  ['claim.no_corrected_disputes', disputes(concluded), r => r.subject, {
    holds: () => '办结案件中无纠错案件',
    fails: (n, all, names) => `办结的${all}件中有${n}件被纠错（${names}）`,
    empty: '没有办结的复议诉讼案件',
  }],
  ['claim.disclosure_in_time', disclosure, r => r.number, {
    holds: open => (open ? `到期的均按照规定时限和要求答复申请人，另有${open}件仍在答复期限内` : '按照规定时限和要求答复申请人'),
    fails: (n, all, names) => `${all}件申请中有${n}件没有在规定时限内答复（登记号${names}）`,
    empty: '没有需要答复的信息公开申请',
  }],
  ['claim.duty_answered', duty, r => r.number, {
    holds: (open, all) => (open ? `${all}件中有${open}件仍在办理期限内，到期的均已回复申请人` : '均已回复申请人'),
    fails: (n, all, names) => `${all}件中有${n}件期满仍未回复申请人（登记号${names}）`,
    empty: '没有需要回复的履职申请',
  }],
  ['claim.tickets_answered', closed, r => r.orderNo, {
    holds: () => '期内办结的诉求均已答复反映人',
    fails: (n, all, names) => `期内办结的${all}件诉求中有${n}件没有在办结前答复反映人（工单${names}）`,
    empty: '期内没有办结的诉求',
  }],
];

// How many counter-examples a sentence names; of more it names these and says 等.
const NAMED = 5;

// ---------------------------------------------------------------------------------------------------------------------------------
// The report.

function inOrder(list) {
  return [...list].sort((a, b) => {
    for (let i = 0; i < a.key.length; i++) {
      if (a.key[i] < b.key[i]) return -1;
      if (a.key[i] > b.key[i]) return 1;
    }
    return 0;
  });
}

const period = (state, year, until) => {
  const from = `${year}-01-01`;
  return { state, year, from, until, within: day => day !== undefined && from <= day && day <= until };
};

export function report(state, year, until) {
  const args = period(state, year, until);
  const figures = FIGURES.map(([id, kind, unit, list, measure, say, made = plain]) => {
    const records = inOrder(list(args));
    return { id, ...made(records, measure, say, unit), kind, records: records.length };
  });
  const claims = CLAIMS.map(([id, list, name, says]) => {
    const all = inOrder(list(args));
    const against = all.filter(r => r.met === false);
    const open = all.filter(r => r.met === undefined).length;
    const names = against.slice(0, NAMED).map(r => name(r) || '（未填写）').join('、') + (against.length > NAMED ? '等' : '');
    const worded =
      all.length === 0 ? says.empty : against.length ? says.fails(against.length, all.length, names) : says.holds(open, all.length);
    return { id, holds: against.length === 0, worded, counterexamples: against.length, records: all.length };
  });
  return { year, period: { from: args.from, until }, as_of: { position: state.position }, figures, claims };
}

// The records behind one figure or claim, by their keys.
export function list(state, year, until, id) {
  const found = FIGURES.find(f => f[0] === id)?.[3] ?? CLAIMS.find(c => c[0] === id)?.[1];
  if (!found) throw new Error(`no figure ${id}`);
  return inOrder(found(period(state, year, until))).map(r => r.key.join('/'));
}

// What two reports say differently, one line for each. `theirs` may know more of a figure than is compared.
export function differences(ours, theirs) {
  const lines = [];
  for (const part of ['figures', 'claims']) {
    const fields = part === 'figures' ? ['value', 'unit', 'worded', 'kind'] : ['holds', 'worded', 'counterexamples'];
    const known = new Map(theirs[part].map(f => [f.id, f]));
    for (const figure of ours[part]) {
      const other = known.get(figure.id);
      known.delete(figure.id);
      if (!other) {
        lines.push(`${figure.id}: not in the report`);
        continue;
      }
      for (const field of fields.concat('records' in other ? ['records'] : [])) {
        if (figure[field] !== other[field]) {
          lines.push(`${figure.id} ${field}: report ${JSON.stringify(other[field])}, recomputed ${JSON.stringify(figure[field])}`);
        }
      }
    }
    for (const id of known.keys()) lines.push(`${id}: not recomputed`);
  }
  return lines;
}

// ---------------------------------------------------------------------------------------------------------------------------------
// Reading.

function* lines(path) {
  const file = path === '-' ? 0 : openSync(path, 'r');
  const chunk = Buffer.allocUnsafe(1 << 22);
  let rest = Buffer.alloc(0);
  for (let read; (read = readSync(file, chunk, 0, chunk.length, null)) > 0; ) {
    const bytes = rest.length ? Buffer.concat([rest, chunk.subarray(0, read)]) : chunk.subarray(0, read);
    let from = 0;
    for (let end; (end = bytes.indexOf(10, from)) >= 0; from = end + 1) yield bytes.toString('utf8', from, end);
    rest = Buffer.from(bytes.subarray(from));
  }
  if (rest.length) yield rest.toString('utf8');
  if (file) closeSync(file);
}

// Folds the journal and calls `see(state)` when it has come to each of these positions, or at its end where none is given.
export function walk(path, positions, see) {
  const state = fresh();
  const wanted = positions && new Set(positions);
  for (const line of lines(path)) {
    if (line.trim() === '') continue;
    apply(state, JSON.parse(line));
    if (wanted?.delete(state.position)) {
      see(state);
      if (wanted.size === 0) return;
    }
  }
  if (!wanted) see(state);
  else if (wanted.size) throw new Error(`the journal ends at ${state.position}, before position ${[...wanted].join(', ')}`);
}

// ---------------------------------------------------------------------------------------------------------------------------------
// The command.

const USAGE = `node recompute.mjs JOURNAL (--year YEAR [--until DAY,…] [--at POSITION,…] [--list ID] | --compare REPORT.json)

  JOURNAL           what \`xiezhi export journal\` wrote; - for standard input
  --until DAY,…     last day of the period, 31 December where absent; several give an array
  --at POSITION,…   as the journal stood then, its end where absent; several give an array
  --list ID         the records behind one figure or claim instead of the report
  --compare FILE    recompute a report (or an array of them) that the program gave, for its period and position; exits 1 and prints what differs`;

function main(args) {
  const options = { journal: undefined };
  while (args.length) {
    const arg = args.shift();
    if (arg.startsWith('--')) {
      if (!['--year', '--until', '--at', '--list', '--compare'].includes(arg) || !args.length) throw new Error(USAGE);
      options[arg.slice(2)] = args.shift();
    } else if (options.journal === undefined) options.journal = arg;
    else throw new Error(USAGE);
  }
  if (options.journal === undefined || !(options.year || options.compare)) throw new Error(USAGE);
  if (options.compare) return compare(options);
  const year = Number(options.year);
  const untils = (options.until ?? `${year}-12-31`).split(',');
  const ats = options.at?.split(',').map(Number);
  for (const until of untils) {
    if (!/^\d{4}-\d\d-\d\d$/.test(until) || Number(until.slice(0, 4)) !== year) throw new Error(`${until} is no day of ${year}`);
  }
  const made = [];
  walk(options.journal, ats, state => {
    for (const until of untils) made.push(options.list ? list(state, year, until, options.list) : report(state, year, until));
  });
  const single = untils.length === 1 && (ats?.length ?? 1) === 1;
  process.stdout.write(`${JSON.stringify(single ? made[0] : made, null, 1)}\n`);
  return 0;
}

function compare({ journal, compare: file }) {
  const read = JSON.parse(readFileSync(file, 'utf8'));
  const reports = Array.isArray(read) ? read : [read];
  const byPosition = new Map();
  for (const r of reports) byPosition.set(r.as_of.position, [...(byPosition.get(r.as_of.position) ?? []), r]);
  let figures = 0;
  const wrong = [];
  walk(journal, byPosition.keys(), state => {
    for (const theirs of byPosition.get(state.position)) {
      if (theirs.period.from !== `${theirs.year}-01-01`) throw new Error(`a report from ${theirs.period.from}: only those from 1 January are recomputed`);
      const ours = report(state, theirs.year, theirs.period.until);
      figures += ours.figures.length + ours.claims.length;
      // A report that carries the keys of its lists has them compared, too.
      const lists = Object.entries(theirs.lists ?? {}).flatMap(([id, keys]) => {
        const mine = list(state, theirs.year, theirs.period.until, id);
        const more = keys.filter(k => !mine.includes(k));
        const less = mine.filter(k => !keys.includes(k));
        return more.length || less.length ? [`${id} list: only the report has [${more.join(' ')}], only recomputed [${less.join(' ')}]`] : [];
      });
      for (const line of [...differences(ours, theirs), ...lists]) {
        const after = theirs.after ? `, after ${theirs.after}` : '';
        wrong.push(`position ${state.position}, until ${theirs.period.until}${after}: ${line}`);
      }
    }
  });
  const what = `${reports.length} report(s), ${figures} figures and claims`;
  if (wrong.length === 0) {
    console.log(`${what}: all the same`);
    return 0;
  }
  for (const line of wrong.slice(0, 60)) console.error(line);
  console.error(`${what}: ${wrong.length} differences`);
  return 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (why) {
    console.error(why.message);
    process.exitCode = 2;
  }
}
