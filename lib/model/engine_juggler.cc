// SPDX-License-Identifier: Apache-2.0
// Juggler: what happens to a result from its measurement until we have received it.
#include <algorithm>

#include "model/engine.h"

namespace vitals::model {

// Juggler has known the check to be well since `since`.
void Simulation::Impl::know(Index index, ModelTime since) {
  CheckState& check = checks_[index];
  check.filter.probe(Status::ok, now_, scenario_.pongers.flap_delay);
  const Result first = first_result(index);
  check.juggler.take(first, since);  // which says since when
  check.juggler.take(first, now_);
  plan_run_out(index);
}

// A result sets out for Juggler. Nearly all change nothing there: those are kept beside the check
// until somebody looks, for a turn of the queue each would cost more than all else that they do.
void Simulation::Impl::send(Index index, const Result& result) {
  CheckState& check = checks_[index];
  settle(check);
  const ModelTime arrives = now_ + scenario_.juggler.propagation.sample(check.random);
  if (check.juggler.is_known() && check.juggler.newest().status == result.status &&
      !check.has_quiet) {
    check.quiet = result;
    check.quiet_arrives = arrives;
    check.has_quiet = true;
  } else {
    plan(arrives, Action::arrive, index, results_.put(result));
  }
}

// What has arrived quietly has been taken.
void Simulation::Impl::settle(CheckState& check) const {
  if (!check.has_quiet || check.quiet_arrives > now_) return;
  check.has_quiet = false;
  check.juggler.take(check.quiet, check.quiet_arrives);
}

void Simulation::Impl::arrive(Index index, const Result& result) {
  if (!exists(index)) return;
  CheckState& check = checks_[index];
  settle(check);
  const bool is_news = check.juggler.take(result, now_);
  if (!check.run_out_is_planned) plan_run_out(index);
  if (!is_news) return;
  plan_quiet(index);
  push_change(index);
}

// Now that Juggler has another status, a result that would have changed nothing will be news.
void Simulation::Impl::plan_quiet(Index index) {
  CheckState& check = checks_[index];
  if (!check.has_quiet) return;
  check.has_quiet = false;
  plan(check.quiet_arrives, Action::arrive, index, results_.put(check.quiet));
}

void Simulation::Impl::plan_run_out(Index index) {
  CheckState& check = checks_[index];
  check.run_out_is_planned = true;
  plan(check.juggler.runs_out_at(kind_of(index).time_to_live), Action::run_out, index);
}

void Simulation::Impl::run_out(Index index) {
  if (!exists(index)) return;
  CheckState& check = checks_[index];
  settle(check);
  check.run_out_is_planned = false;
  if (check.juggler.runs_out_at(kind_of(index).time_to_live) > now_) return plan_run_out(index);
  if (!check.juggler.run_out(now_)) return;
  plan_quiet(index);
  push_change(index);
}

// The master pushes each check at its own moment of the period, whichever master it is.
void Simulation::Impl::plan_pushes(ModelTime from) {
  for (Index i = 0; i < checks_.size(); ++i) {
    if (exists(i)) plan_push(i, from);
  }
}

void Simulation::Impl::plan_push(Index index, ModelTime from) {
  const Millis phase = below(checks_[index].random, scenario_.juggler.push_period);
  plan(from + phase, Action::push, index, term_);
}

void Simulation::Impl::push(Index index, std::uint32_t term) {
  if (term != term_ || !exists(index)) return;
  plan(now_ + scenario_.juggler.push_period, Action::push, index, term);
  if (juggler_outages_ == 0 && checks_[index].juggler.is_known()) deliver(index);
}

void Simulation::Impl::push_change(Index index) {
  if (juggler_outages_ == 0 && now_ >= election_until_) deliver(index);
}

void Simulation::Impl::deliver(Index index) {
  CheckState& check = checks_[index];
  settle(check);
  const ModelTime when = now_ + scenario_.juggler.delivery.sample(check.random);
  check.last_received = std::max(check.last_received, when);
  const std::string_view name =
      is_of_rack(index) ? world_.racks[owner(index)].name : world_.hosts[owner(index)].name;
  const Delivery delivery{check.juggler.newest(), check.juggler.status_mtime(), name};
  plan(check.last_received, Action::receive, index, deliveries_.put(delivery));
}

void Simulation::Impl::receive(Index index, const Delivery& delivery) {
  const Result& result = delivery.result;
  Report report{.status = result.status,
                .status_mtime = whole(delivery.status_mtime),
                .receive_time = whole(now_)};
  if (result.has_metadata) report.metadata_timestamp = whole(result.metadata_timestamp);
  std::optional<ModelTime> measured;
  if (!result.is_default) measured = result.measured;
  emit({.type = EventType::check,
        .time = report.receive_time,
        .host = delivery.owner,
        .service = kind_of(index).name,
        .report = report},
       measured);
}

}  // namespace vitals::model
