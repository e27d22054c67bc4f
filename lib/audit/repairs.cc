// SPDX-License-Identifier: Apache-2.0
#include "audit/repairs.h"

#include <algorithm>
#include <utility>

#include "audit/host_events.h"
#include "vitals/audit/recorder.h"

namespace vitals::audit {
namespace {

bool repairs_anything(const Catalogue& catalogue) {
  return std::any_of(catalogue.audits.begin(), catalogue.audits.end(), [](const Audit& audit) {
    return audit.enabled && audit.repair && audit.repair->enabled;
  });
}

bool is_member(const Group& group, std::string_view host) {
  return std::binary_search(group.hosts.begin(), group.hosts.end(), host);
}

}  // namespace

void Repairs::use(std::shared_ptr<const Catalogue> catalogue) {
  catalogue_ = std::move(catalogue);
  fleet_.reset();
  if (!repairs_anything(*catalogue_)) return;
  fleet_.emplace(audit_policy(*catalogue_, base_));
  // The recording is told of those alone that are new to it.
  visit_hosts(*catalogue_, earliest_accepted,
              [this](const Host&, const Event& event) { fleet_->apply(event).IgnoreError(); });
  std::vector<Event> events;
  for (const auto& [host, work] : work_) {
    if (work.ended_at != distant_past) {
      events.push_back({.type = EventType::manipulation_end, .time = work.ended_at, .host = host});
    }
    if (work.goes_on) {
      events.push_back(
          {.type = EventType::manipulation_begin, .time = work.began_at, .host = host});
    }
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.time < b.time; });
  for (const Event& event : events) fleet_->apply(event).IgnoreError();
}

void Repairs::remember(const Event& event) {
  if (event.type == EventType::remove) {
    if (const auto found = work_.find(event.host); found != work_.end()) work_.erase(found);
  } else if (event.type == EventType::manipulation_begin) {
    Work& work = work_[std::string(event.host)];
    work.began_at = event.time;
    work.goes_on = true;
  } else if (event.type == EventType::manipulation_end) {
    Work& work = work_[std::string(event.host)];
    work.ended_at = event.time;
    work.goes_on = false;
  }
}

void Repairs::see(const Event& event, Timestamp now) {
  remember(event);
  if (!fleet_) return;
  fleet_->advance(subtract(now, Seconds{1}), [](const VerdictLine&) {});
  // What the recording is told in order of time is never refused; an unknown host is none of ours.
  fleet_->apply(event).IgnoreError();
}

bool Repairs::is_called_for(const Host& host, const Audit& audit, Timestamp now) {
  if (!fleet_ || !audit.enabled || !audit.repair || !audit.repair->enabled) return false;
  bool failing = false;
  fleet_->health(host.name, now, [&](const HostLine& line) {
    failing = line.state == HostState::failing &&
              std::find(line.failing.begin(), line.failing.end(), audit.name) != line.failing.end();
  });
  return failing;
}

bool Repairs::may_begin(std::string_view host, std::span<const std::string> hosts) const {
  return std::all_of(catalogue_->groups.begin(), catalogue_->groups.end(), [&](const Group& group) {
    if (!is_member(group, host)) return true;
    const auto under_way = std::count_if(hosts.begin(), hosts.end(), [&](const std::string& other) {
      return is_member(group, other);
    });
    return static_cast<std::size_t>(under_way) < at_most(group.repairs_at_once, group.hosts.size());
  });
}

}  // namespace vitals::audit
