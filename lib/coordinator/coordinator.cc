// SPDX-License-Identifier: Apache-2.0
#include "vitals/coordinator/coordinator.h"

#include <array>
#include <future>
#include <mutex>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "coordinator/bulk.h"
#include "coordinator/checkpoints.h"
#include "coordinator/journal_store.h"
#include "coordinator/listing_apply.h"
#include "coordinator/monitor.h"
#include "coordinator/pool.h"
#include "coordinator/reader.h"
#include "coordinator/schema.h"
#include "coordinator/writer.h"
#include "text/bridge.h"
#include "text/quote.h"

namespace vitals::coordinator {
namespace {

constexpr int writer_cache_mib = 64;

class DatabaseCoordinator : public Coordinator {
 private:
  template <class Ask>
  auto read(const Ask& ask) {
    const auto membership = membership_.get();
    return readers_.with(
        [&](sql::Connection& connection) { return ask(Reader(connection, *membership)); });
  }

 public:
  DatabaseCoordinator(std::string database, Membership membership,
                      const CoordinatorOptions& options,
                      std::unique_ptr<sql::Connection> connection)
      : database_(std::move(database)),
        membership_(std::move(membership)),
        options_(options),
        backend_(connection->backend()),
        first_(std::move(connection)) {}

  // Opens the other connections and starts to work.
  absl::Status start() {
    for (std::size_t i = 0; i < options_.readers; ++i) {
      auto reader = open_reader();
      if (!reader.ok()) return reader.status();
      readers_.add(std::move(*reader));
    }
    if (backend_ == sql::Backend::sqlite) {
      auto copier = sql::Connection::open(database_);
      if (!copier.ok()) return copier.status();
      checkpoints_ = std::make_unique<Checkpoints>(std::move(*copier));
    }
    writer_ =
        std::make_unique<Writer>(std::move(first_), membership_, options_, checkpoints_.get());
    return absl::OkStatus();
  }

  absl::Status reconfigure(const Config& config) override {
    auto connection = sql::Connection::open(database_);
    if (!connection.ok()) return connection.status();
    auto taken_up = take_up(**connection, config);
    if (!taken_up.ok()) return taken_up.status();
    membership_.set(std::move(*taken_up));
    return absl::OkStatus();
  }

  void submit(std::vector<Request> requests, Timestamp now, OnAnswers done) override {
    for (Request& request : requests) {  // names of hosts are DNS names
      absl::AsciiStrToLower(&request.host.name);
      absl::AsciiStrToLower(&request.new_name);
    }
    writer_->submit(std::move(requests), now, std::move(done));
  }

  absl::StatusOr<ListingResult> apply_listing(Listing listing, Timestamp now) override;
  absl::Status let_shrink(std::string_view installation, std::string_view asked_by,
                          Timestamp now) override;
  absl::StatusOr<Findings> monitor(Timestamp now) override;

  absl::StatusOr<std::vector<HostRecord>> find_inv(std::string_view bot, Inv inv) override {
    return read([&](Reader reader) { return reader.find_inv(bot, inv); });
  }
  absl::StatusOr<std::vector<HostRecord>> find_name(std::string_view host_name) override {
    return read(
        [&](Reader reader) { return reader.find_name(absl::AsciiStrToLower(to_absl(host_name))); });
  }
  absl::StatusOr<std::vector<HostRecord>> find_uuid(std::string_view uuid) override {
    return read([&](Reader reader) { return reader.find_uuid(uuid); });
  }
  absl::StatusOr<Page<HostRecord>> hosts(std::string_view installation, Cursor cursor) override {
    return read([&](Reader reader) { return reader.hosts(installation, cursor); });
  }
  absl::StatusOr<Page<Conflict>> conflicts(Cursor cursor) override {
    return read([&](Reader reader) { return reader.conflicts(cursor); });
  }
  absl::StatusOr<Page<Orphan>> orphans(Cursor cursor) override {
    return read([&](Reader reader) { return reader.orphans(cursor); });
  }
  absl::StatusOr<std::vector<ListingState>> listings(Timestamp now) override {
    return read([&](Reader reader) { return reader.listings(now); });
  }
  absl::StatusOr<Page<JournalEntry>> journal(const JournalFilter& filter, Cursor cursor) override;
  absl::StatusOr<std::vector<JournalEntry>> latest(const JournalFilter& filter,
                                                   std::size_t most) override;

  absl::Status ready() override {
    return readers_.with([](sql::Connection& connection) {
      return connection.query("SELECT COUNT(*) FROM bots", {}, [](const sql::Row&) {});
    });
  }

 private:
  absl::StatusOr<ListingResult> apply_with_turn(const Membership& membership, const Member& member,
                                                const Listing& listing, Timestamp now);

  absl::StatusOr<std::unique_ptr<sql::Connection>> open_reader() const {
    return sql::Connection::open(database_, {.read_only = true});
  }

  // What bulk work needs beside the writer: none for SQLite.
  absl::StatusOr<std::unique_ptr<sql::Connection>> own_connection() const {
    if (backend_ == sql::Backend::sqlite) return std::unique_ptr<sql::Connection>();
    return sql::Connection::open(database_);
  }

  std::string database_;
  CurrentMembership membership_;
  CoordinatorOptions options_;
  sql::Backend backend_;
  std::unique_ptr<sql::Connection> first_;
  Pool readers_;
  std::mutex applying_mutex_;
  std::set<std::int64_t> applying_;  // installations whose listing is being applied here
  std::mutex monitor_mutex_;
  Looked looked_;
  std::unique_ptr<Checkpoints> checkpoints_;
  std::unique_ptr<Writer> writer_;  // last: it answers while all else is still there
};

absl::StatusOr<ListingResult> DatabaseCoordinator::apply_listing(Listing listing, Timestamp now) {
  for (Host& host : listing.hosts) absl::AsciiStrToLower(&host.name);
  const auto membership = membership_.get();
  const Member* const member = membership->find(listing.installation);
  if (member == nullptr) {
    return invalid(in_quotes(listing.installation), " is no installation, expected one of the ",
                   "configuration");
  }
  {
    const std::lock_guard lock(applying_mutex_);
    if (!applying_.insert(member->number).second) {
      return absl::AbortedError("another listing of the installation is being applied");
    }
  }
  auto result = apply_with_turn(*membership, *member, listing, now);
  const std::lock_guard lock(applying_mutex_);
  applying_.erase(member->number);
  return result;
}

absl::StatusOr<ListingResult> DatabaseCoordinator::apply_with_turn(const Membership& membership,
                                                                   const Member& member,
                                                                   const Listing& listing,
                                                                   Timestamp now) {
  auto own = own_connection();
  if (!own.ok()) return own.status();
  auto reader = open_reader();
  if (!reader.ok()) return reader.status();
  Bulk bulk(*writer_, std::move(*own));
  return apply({.bulk = bulk,
                .reader = **reader,
                .membership = membership,
                .member = member,
                .listing = listing,
                .now = now,
                .chunk = options_.chunk});
}

absl::Status DatabaseCoordinator::let_shrink(std::string_view installation,
                                             std::string_view asked_by, Timestamp now) {
  const auto membership = membership_.get();
  const Member* const member = membership->find(installation);
  if (member == nullptr) {
    return invalid(in_quotes(installation), " is no installation, expected one of the ",
                   "configuration");
  }
  return writer_->run(sql::Begin::write, [&](sql::Connection& connection) {
    const auto rows =
        connection.execute("UPDATE installations SET may_shrink = 1 WHERE number = $1",
                           std::array{sql::Value(member->number)});
    if (!rows.ok()) return rows.status();
    std::array entries{JournalEntry{.at = now,
                                    .happened = Happened::may_shrink,
                                    .installation = member->is.id,
                                    .asked_by = std::string(asked_by)}};
    return append(connection, *membership, entries);
  });
}

absl::StatusOr<Findings> DatabaseCoordinator::monitor(Timestamp now) {
  const std::lock_guard lock(monitor_mutex_);
  const auto membership = membership_.get();
  Bulk bulk(*writer_, nullptr);
  auto reader = open_reader();
  if (!reader.ok()) return reader.status();
  Findings findings;
  const Monitoring what{.bulk = bulk,
                        .reader = **reader,
                        .membership = *membership,
                        .now = now,
                        .looked = looked_,
                        .findings = findings};
  for (const auto part : {forget_ended, end_overtaken, watch_conflicts, watch_orphans}) {
    if (absl::Status status = part(what); !status.ok()) return status;
  }
  return findings;
}

absl::StatusOr<Page<JournalEntry>> DatabaseCoordinator::journal(const JournalFilter& filter,
                                                                Cursor cursor) {
  const auto membership = membership_.get();
  const std::size_t most = std::min(cursor.most, longest_page);
  auto entries = readers_.with([&](sql::Connection& connection) {
    return load_journal(connection, *membership, filter, cursor.after, most, false);
  });
  if (!entries.ok()) return entries.status();
  Page<JournalEntry> page{.elements = std::move(*entries), .next = {}};
  const bool is_full = !page.elements.empty() && page.elements.size() == most;
  if (is_full) page.next = page.elements.back().number;
  return page;
}

absl::StatusOr<std::vector<JournalEntry>> DatabaseCoordinator::latest(const JournalFilter& filter,
                                                                      std::size_t most) {
  const auto membership = membership_.get();
  return readers_.with([&](sql::Connection& connection) {
    return load_journal(connection, *membership, filter, INT64_MAX, std::min(most, longest_page),
                        true);
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Coordinator>> Coordinator::open(std::string_view database,
                                                               const Config& config,
                                                               const CoordinatorOptions& options) {
  auto connection = sql::Connection::open(database, {.cache_mib = writer_cache_mib});
  if (!connection.ok()) return connection.status();
  if (absl::Status status = sql::migrate(**connection, "schema_version", migrations); !status.ok())
    return status;
  auto membership = take_up(**connection, config);
  if (!membership.ok()) return membership.status();
  auto coordinator = std::make_unique<DatabaseCoordinator>(
      std::string(database), std::move(*membership), options, std::move(*connection));
  if (absl::Status status = coordinator->start(); !status.ok()) return status;
  return coordinator;
}

Coordinator::Answers Coordinator::ask(std::vector<Request> requests, Timestamp now) {
  std::promise<Answers> promise;
  submit(std::move(requests), now, [&](Answers answers) { promise.set_value(std::move(answers)); });
  return promise.get_future().get();
}

}  // namespace vitals::coordinator
