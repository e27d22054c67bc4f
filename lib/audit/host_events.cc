// SPDX-License-Identifier: Apache-2.0
#include "audit/host_events.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/placeholders.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/stated_needs.h"

namespace vitals::audit {
namespace {

// Of one host or group. JSON may have six bytes for one, and a line of a recording at most 1 MiB.
constexpr std::size_t most_bytes_of_needs = std::size_t{1} << 17U;

// Of all hosts together.
constexpr std::size_t most_members_of_all = 16'000'000;

// None is unstated; an empty name says that there is none.
Place place_of(const std::optional<std::string>& name) {
  if (!name) return {};
  if (name->empty()) return {.says = Place::Says::none};
  return {.says = Place::Says::name, .name = *name};
}

class NeedsOfHosts {
 public:
  NeedsOfHosts(const Catalogue& catalogue, TellFault tell)
      : catalogue_(catalogue), tell_(tell), groups_of_(catalogue.hosts.size()) {
    for (const Group& group : catalogue.groups) {
      if (group.needs.empty()) continue;
      said_.clear();
      add(group.needs, group.name);
      if (!pack("{host}", group.name, group.origin)) continue;
      for (const std::string& member : group.hosts) {
        const Host* host = find_host(catalogue, member);
        if (host != nullptr) groups_of_[number(*host)].push_back(&group);
      }
    }
  }

  // Until the next host is asked for. Without any where something is wrong.
  StatedNeeds of(const Host& host) {
    said_.clear();
    add(host.needs, host.name);
    for (const Group* group : groups_of_[number(host)]) add(group->needs, group->name);
    if (is_too_much(host)) return {};
    std::stable_sort(said_.begin(), said_.end(), [](const Said& a, const Said& b) {
      return a.need->of_class < b.need->of_class;
    });
    if (!is_each_once(host) || !pack(host.name, host.name, host.origin)) return {};
    return StatedNeeds(packed_);
  }

 private:
  struct Said {
    const ClassNeed* need;
    std::string_view owner;
  };

  [[nodiscard]] std::size_t number(const Host& host) const {
    return static_cast<std::size_t>(&host - catalogue_.hosts.data());
  }

  void add(const std::vector<ClassNeed>& needs, std::string_view owner) {
    for (const ClassNeed& need : needs) said_.push_back({&need, owner});
  }

  bool is_too_much(const Host& host) {
    const bool was_too_much = members_ > most_members_of_all;
    for (const Said& said : said_) members_ += 1 + said.need->members.size();
    if (members_ <= most_members_of_all) return false;
    if (!was_too_much) {
      tell_(host.origin, cat("all hosts up to here need more than ", most_members_of_all,
                             " members of classes, the most that are told"));
    }
    return true;
  }

  bool is_each_once(const Host& host) {
    bool is_good = true;
    for (std::size_t i = 1; i < said_.size(); ++i) {
      const auto& [first, its_owner] = said_[i - 1];
      const auto& [second, owner] = said_[i];
      if (first->of_class != second->of_class) continue;
      is_good = false;
      tell_(second->origin,
            cat("what the host ", in_quotes(host.name), " needs of ", in_quotes(second->of_class),
                " is said twice, at first by ", in_quotes(its_owner), " (", first->origin.text,
                ") and here by ", in_quotes(owner), ", expected one of them"));
    }
    return is_good;
  }

  // Packs what was said, with the host's name in its place; whether that can be.
  bool pack(std::string_view host, std::string_view owner, const Origin& origin) {
    packed_.clear();
    for (const Said& said : said_) {
      const std::size_t before = packed_.size();
      std::string fault = append(*said.need, host);
      if (fault.empty()) fault = fault_of(StatedNeeds(std::string_view(packed_).substr(before)));
      if (!fault.empty()) return refuse(said.need->origin, owner, fault);
      if (packed_.size() > most_bytes_of_needs) {
        return refuse(said.need->origin, owner,
                      cat("more than ", most_bytes_of_needs, " bytes of names"));
      }
    }
    if (said_.size() <= most_classes) return true;
    return refuse(origin, owner, cat(said_.size(), " classes, expected at most ", most_classes));
  }

  // Tells what is too long to be packed; empty if nothing is.
  std::string append(const ClassNeed& need, std::string_view host) {
    const std::string too_long = cat("a name of more than ", longest_name, " bytes");
    if (need.of_class.size() > longest_name) return too_long;
    if (need.members.size() > most_members) {
      return cat(need.members.size(), " members of ", in_quotes(need.of_class),
                 ", expected at most ", most_members);
    }
    std::vector<std::string> members;
    for (std::string member : need.members) {
      replace_all(member, "{host}", host);
      if (member.size() > longest_name) return too_long;
      members.push_back(std::move(member));
    }
    append_need(packed_, need.of_class,
                std::vector<std::string_view>(members.begin(), members.end()));
    return {};
  }

  bool refuse(const Origin& origin, std::string_view owner, std::string_view fault) {
    tell_(origin, cat("what ", in_quotes(owner), " needs: ", fault));
    return false;
  }

  const Catalogue& catalogue_;
  TellFault tell_;
  std::vector<std::vector<const Group*>> groups_of_;  // each host's that need something
  std::vector<Said> said_;
  std::string packed_;
  std::size_t members_ = 0;
};

}  // namespace

void visit_hosts(const Catalogue& catalogue, Timestamp time, VisitHost visit) {
  const auto nobody = [](const Origin&, std::string_view) {};
  NeedsOfHosts needs(catalogue, nobody);
  for (const Host& host : catalogue.hosts) {
    visit(host, {.type = EventType::host,
                 .time = time,
                 .host = host.name,
                 .on_switch = place_of(host.on_switch),
                 .in_rack = place_of(host.in_rack),
                 .needs = needs.of(host)});
  }
}

Event check_event(std::string_view host, std::string_view audit, const Result& result,
                  Timestamp status_since, Timestamp time) {
  Event event{.type = EventType::check, .time = time, .host = host, .service = audit};
  event.report = {.status = result.status, .status_mtime = status_since, .receive_time = time};
  // NODATA measured nothing.
  if (result.status != Status::nodata) event.report.metadata_timestamp = result.started_at;
  return event;
}

void check_needs(const Catalogue& catalogue, TellFault tell) {
  NeedsOfHosts needs(catalogue, tell);
  for (const Host& host : catalogue.hosts) static_cast<void>(needs.of(host));
}

}  // namespace vitals::audit
