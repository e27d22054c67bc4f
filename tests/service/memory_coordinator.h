// SPDX-License-Identifier: Apache-2.0
// A coordinator without a database, as simple as can be: hosts in a map, answers at once or when
// the test says so. For tests of what lies around a coordinator.
#ifndef VITALS_TESTS_SERVICE_MEMORY_COORDINATOR_H
#define VITALS_TESTS_SERVICE_MEMORY_COORDINATOR_H

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {

class MemoryCoordinator : public Coordinator {
 public:
  explicit MemoryCoordinator(Config config) : config_(std::move(config)) {}

  // What the next calls are told instead of an answer; OK: nothing.
  void fail_with(absl::Status status) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(status);
  }
  [[nodiscard]] std::vector<Listing> listings_applied() const {
    const std::lock_guard lock(mutex_);
    return listings_;
  }

  absl::Status reconfigure(const Config& config) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    config_ = config;
    return absl::OkStatus();
  }

  void submit(std::vector<Request> requests, Timestamp now, OnAnswers done) override {
    done(decide(requests, now));
  }

  absl::StatusOr<ListingResult> apply_listing(Listing listing, Timestamp) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    listings_.push_back(std::move(listing));
    return ListingResult{.poll = static_cast<std::int64_t>(listings_.size()),
                         .hosts = listings_.back().hosts.size()};
  }

  absl::Status let_shrink(std::string_view, std::string_view, Timestamp) override {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

  absl::StatusOr<Findings> monitor(Timestamp) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    return Findings{};
  }

  absl::StatusOr<std::vector<HostRecord>> find_inv(std::string_view bot, Inv inv) override {
    return find([&](const HostRecord& one) { return one.bot == bot && one.host.inv == inv; });
  }
  absl::StatusOr<std::vector<HostRecord>> find_name(std::string_view host_name) override {
    return find([&](const HostRecord& one) { return one.host.name == host_name; });
  }
  absl::StatusOr<std::vector<HostRecord>> find_uuid(std::string_view uuid) override {
    return find([&](const HostRecord& one) { return one.host.uuid == uuid; });
  }

  absl::StatusOr<Page<HostRecord>> hosts(std::string_view installation, Cursor cursor) override {
    auto all = find([&](const HostRecord& one) {
      return one.key > cursor.after && (installation.empty() || one.installation == installation);
    });
    if (!all.ok()) return all.status();
    return page_of(*std::move(all), cursor.most, [](const HostRecord& one) { return one.key; });
  }

  absl::StatusOr<Page<JournalEntry>> journal(const JournalFilter& filter, Cursor cursor) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<JournalEntry> found;
    for (const JournalEntry& entry : journal_) {
      if (entry.number > cursor.after && matches(filter, entry)) found.push_back(entry);
    }
    return page_of(std::move(found), cursor.most,
                   [](const JournalEntry& entry) { return entry.number; });
  }

  absl::StatusOr<std::vector<JournalEntry>> latest(const JournalFilter& filter,
                                                   std::size_t most) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<JournalEntry> found;
    for (auto entry = journal_.rbegin(); entry != journal_.rend() && found.size() < most; ++entry) {
      if (matches(filter, *entry)) found.push_back(*entry);
    }
    return found;
  }

  absl::StatusOr<Page<Conflict>> conflicts(Cursor) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    return Page<Conflict>{};
  }
  absl::StatusOr<Page<Orphan>> orphans(Cursor) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    return Page<Orphan>{};
  }

  absl::StatusOr<std::vector<ListingState>> listings(Timestamp) override {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<ListingState> states;
    for (const Installation& installation : config_.installations) {
      states.push_back({.installation = installation.id});
    }
    return states;
  }

  absl::Status ready() override {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  template <class Element, class Key>
  static Page<Element> page_of(std::vector<Element> all, std::size_t most, const Key& key) {
    Page<Element> page{.elements = std::move(all), .next = std::nullopt};
    if (page.elements.size() > most) {
      page.elements.resize(most);
      page.next = key(page.elements.back());
    }
    return page;
  }
  static bool matches(const JournalFilter& filter, const JournalEntry& entry) {
    return (filter.installation.empty() || filter.installation == entry.installation) &&
           (!filter.only_refusals || !entry.allowed);
  }

  absl::StatusOr<std::vector<HostRecord>> find(const std::function<bool(const HostRecord&)>& is) {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<HostRecord> found;
    for (const auto& [key, record] : hosts_) {
      if (is(record)) found.push_back(record);
    }
    return found;
  }

  Answers decide(const std::vector<Request>& requests, Timestamp now) {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    std::vector<Answer> answers;
    for (const Request& request : requests) {
      if (absl::Status status = check(request); !status.ok()) return status;
      Answer answer = decide_one(request, now);
      answer.entry = static_cast<std::int64_t>(journal_.size()) + 1;
      journal_.push_back({.number = answer.entry,
                          .at = now,
                          .happened = static_cast<Happened>(request.act),
                          .installation = request.installation,
                          .asked_by = request.asked_by,
                          .bot = config_.find(request.installation)->bot,
                          .host = request.host,
                          .new_name = request.new_name,
                          .new_inv = request.new_inv,
                          .allowed = answer.allowed,
                          .why = answer.why,
                          .holder = answer.holder});
      answers.push_back(std::move(answer));
    }
    return answers;
  }

  Answer decide_one(const Request& request, Timestamp now) {
    const std::string& bot = config_.find(request.installation)->bot;
    const Inv inv = request.act == Act::change_inv ? request.new_inv : request.host.inv;
    const std::string& wanted = request.act == Act::rename ? request.new_name : request.host.name;
    if (request.act == Act::remove) {
      std::erase_if(hosts_, [&](const auto& entry) {
        return entry.second.installation == request.installation && entry.second.host.inv == inv;
      });
      return {.allowed = true, .why = Why::noted};
    }
    for (const auto& [key, one] : hosts_) {
      if (one.installation == request.installation) continue;
      const bool same_inv = one.bot == bot && one.host.inv == inv;
      if (!same_inv && (wanted.empty() || one.host.name != wanted)) continue;
      return {.allowed = false,
              .why = same_inv ? Why::inv_held : Why::name_held,
              .holder = Holder{.installation = one.installation,
                               .inv = one.host.inv,
                               .name = one.host.name,
                               .since = one.since}};
    }
    HostRecord record{.installation = request.installation, .bot = bot, .host = request.host};
    record.host.inv = inv;
    record.host.name = wanted;
    record.basis = Basis::granted;
    record.since = now;
    record.key = static_cast<std::int64_t>(hosts_.size()) + 1;
    hosts_.emplace(record.key, record);
    return {.allowed = true, .why = Why::granted};
  }

  mutable std::mutex mutex_{};
  Config config_;
  absl::Status failure_{};
  std::map<std::int64_t, HostRecord> hosts_{};
  std::vector<JournalEntry> journal_{};
  std::vector<Listing> listings_{};
};

}  // namespace vitals::coordinator

#endif  // VITALS_TESTS_SERVICE_MEMORY_COORDINATOR_H
