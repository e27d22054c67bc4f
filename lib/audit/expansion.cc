// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/expansion.h"

#include <algorithm>
#include <string>
#include <tuple>

#include "audit/host_events.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"

namespace vitals::audit {
namespace {

constexpr std::size_t most_errors = 100;

// Whether two uses of an audit say the same, whoever says it.
bool is_same(const Audit& a, const Audit& b) {
  return std::tie(a.run_every, a.command, a.timeout, a.enabled, a.repair) ==
         std::tie(b.run_every, b.command, b.timeout, b.enabled, b.repair);
}

class Expander {
 public:
  explicit Expander(const Catalogue& catalogue)
      : catalogue_(catalogue), ranks_(ranked(catalogue)) {}

  absl::StatusOr<std::vector<Task>> expand() {
    check_names();
    for (std::uint32_t i = 0; i < catalogue_.audits.size() && !full(); ++i) add(i);
    if (tasks_.size() > most_tasks) {
      error({}, cat("more than ", most_tasks, " audits of hosts, the most that are run"));
    }
    if (!full()) {
      std::sort(tasks_.begin(), tasks_.end(),
                [this](const Task& a, const Task& b) { return key(a) < key(b); });
      check_duplicates();
    }
    check_needs(catalogue_,
                [this](const Origin& origin, std::string_view what) { error(origin, what); });
    if (errors_ > 0) return absl::InvalidArgumentError(text_);
    return std::move(tasks_);
  }

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

  // The place of each audit's name among all names: there are far more tasks than audits.
  static std::vector<std::uint32_t> ranked(const Catalogue& catalogue) {
    std::vector<std::string_view> names;
    for (const Audit& audit : catalogue.audits) names.push_back(audit.name);
    std::sort(names.begin(), names.end());
    std::vector<std::uint32_t> ranks;
    for (const Audit& audit : catalogue.audits) {
      const auto rank = std::lower_bound(names.begin(), names.end(), audit.name) - names.begin();
      ranks.push_back(static_cast<std::uint32_t>(rank));
    }
    return ranks;
  }

  [[nodiscard]] bool full() const { return errors_ >= most_errors || tasks_.size() > most_tasks; }

  // Hosts are numbered in order of name; of one audit from two places the first said comes first.
  [[nodiscard]] Key key(const Task& task) const {
    return {task.host, ranks_[task.audit], task.audit};
  }

  void error(const Origin& origin, std::string_view what) {
    if (errors_ == most_errors) return;
    if (++errors_ > 1) text_ += '\n';
    text_ += origin.text.empty() ? cat(what) : cat(origin.text, ": ", what);
  }

  void check_names() {
    for (const Group& group : catalogue_.groups) {
      if (const Host* host = find_host(catalogue_, group.name)) {
        error(group.origin, cat(in_quotes(group.name), " is a group, and a host at ",
                                host->origin.text, ", expected names that only one of them has"));
      }
      for (const std::string& member : group.hosts) {
        if (find_host(catalogue_, member) == nullptr) {
          error(group.origin, cat("the group ", in_quotes(group.name), " has the host ",
                                  in_quotes(member), ", which is unknown"));
        }
      }
    }
  }

  void add(std::uint32_t audit) {
    const Audit& use = catalogue_.audits[audit];
    if (const Group* group = find_group(catalogue_, use.owner)) {
      const bool repairs = use.enabled && use.repair && use.repair->enabled;
      if (repairs && at_most(group->repairs_at_once, group->hosts.size()) == 0) {
        error(group->origin,
              cat("repairs_at_once: of the ", group->hosts.size(), " hosts of ",
                  in_quotes(group->name), " that is none, expected one at least, as ",
                  in_quotes(use.name), " repairs them (", use.origin.text, ")"));
      }
      for (const std::string& member : group->hosts) {
        if (const Host* host = find_host(catalogue_, member)) add(*host, audit);
      }
    } else if (const Host* host = find_host(catalogue_, use.owner)) {
      add(*host, audit);
    } else {
      error(use.origin, cat(in_quotes(use.owner), " is neither a group nor a host"));
    }
  }

  void add(const Host& host, std::uint32_t audit) {
    if (tasks_.size() > most_tasks) return;
    tasks_.push_back({static_cast<std::uint32_t>(&host - catalogue_.hosts.data()), audit});
  }

  void check_duplicates() {
    for (std::size_t i = 1; i < tasks_.size(); ++i) {
      const Task& before = tasks_[i - 1];
      const bool is_same_host = before.host == tasks_[i].host;
      if (!is_same_host || ranks_[before.audit] != ranks_[tasks_[i].audit]) continue;
      const Audit& first = catalogue_.audits[before.audit];
      const Audit& second = catalogue_.audits[tasks_[i].audit];
      const std::string_view what =
          is_same(first, second) ? " twice, at first from " : " in two ways that contradict, from ";
      error(second.origin,
            cat("the host ", in_quotes(catalogue_.hosts[tasks_[i].host].name), " has the audit ",
                in_quotes(second.name), what, in_quotes(first.owner), " (", first.origin.text,
                ") and here from ", in_quotes(second.owner), ", expected one of them"));
    }
  }

  const Catalogue& catalogue_;
  std::vector<std::uint32_t> ranks_;  // by audit
  std::vector<Task> tasks_;
  std::string text_;
  std::size_t errors_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<Task>> expand(const Catalogue& catalogue) {
  return Expander(catalogue).expand();
}

std::uint64_t stable_hash(std::string_view host, std::string_view audit) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto take = [&hash](char c) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  };
  for (const char c : host) take(c);
  take('\0');
  for (const char c : audit) take(c);
  // The low bits of FNV alone follow those of the last letter.
  hash = (hash ^ (hash >> 30U)) * 0xbf58476d1ce4e5b9U;
  hash = (hash ^ (hash >> 27U)) * 0x94d049bb133111ebU;
  return hash ^ (hash >> 31U);
}

}  // namespace vitals::audit
