// SPDX-License-Identifier: Apache-2.0
/// @file
/// The coordinator: which installation may have which host, kept in a database.
///
///     auto coordinator = Coordinator::open("sqlite:///var/lib/coordinator.db", config);
///     auto answers = (*coordinator)->ask({{.act = Act::add, .installation = "rtc", .host = h}},
///     now);
///
/// What must never happen twice, two permissions for one inventory number or one name, is a
/// constraint in the database: it holds between several coordinators on one PostgreSQL, too. Each
/// decision and its entry in the journal are one transaction, and an answer is given when that
/// transaction is on disk. Requests that wait at the same time share a transaction.
///
/// No clock is read: `now` is always a parameter.
///
/// Threads: every function may be called from any thread at any time.

#ifndef VITALS_COORDINATOR_COORDINATOR_H
#define VITALS_COORDINATOR_COORDINATOR_H

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/coordinator/config.h"
#include "vitals/coordinator/findings.h"
#include "vitals/coordinator/listing.h"
#include "vitals/coordinator/request.h"

namespace vitals::coordinator {

/// A part of a list, in its order, and where to go on.
template <class Element>
struct Page {
  std::vector<Element> elements;
  std::optional<std::int64_t> next;  ///< the cursor of the next page; none: this is the last
};

/// Where to begin, and how much to give. The first page has the cursor 0.
struct Cursor {
  std::int64_t after = 0;
  std::size_t most = 100;  ///< elements; at most longest_page
};
inline constexpr std::size_t longest_page = 10'000;

/// Which entries of the journal are wanted.
struct JournalFilter {
  std::string installation{};  ///< empty: all
  bool only_refusals = false;
};

/// What the monitor found.
struct Findings {
  std::size_t conflicts = 0;  ///< that there are now
  std::size_t opened = 0;     ///< since the monitor ran last
  std::size_t closed = 0;
  std::size_t lapsed = 0;  ///< permissions that ended by it
};

/// How the coordinator uses its database. The defaults are for use, the others for tests.
struct CoordinatorOptions {
  std::size_t readers = 2;             ///< connections that answer look-ups at the same time
  std::size_t most_waiting = 100'000;  ///< requests; more are refused with ResourceExhausted
  std::size_t chunk = 4'000;           ///< hosts of a listing that are written at once
  /// Writers of one PostgreSQL take turns, which spares them deadlocks. Without, the constraints
  /// alone keep them apart.
  bool take_turns = true;
};

/// Neither copyable nor movable.
class Coordinator {
 public:
  using Answers = absl::StatusOr<std::vector<Answer>>;
  using OnAnswers = std::function<void(Answers)>;

  /// Opens a database, makes or upgrades its tables, and takes up the installations.
  /// `sqlite:PATH` or a path is a file of SQLite, `postgresql://...` a database of PostgreSQL.
  ///
  /// Errors:   Unavailable (no connection, a locked file); FailedPrecondition (tables of a later
  ///           version; an installation in the database that the configuration does not know, or
  ///           of another BOT than there); InvalidArgument (no such kind of database).
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Coordinator>> open(
      std::string_view database, const Config& config, const CoordinatorOptions& options = {});

  virtual ~Coordinator() = default;

  /// Takes up another configuration, whole or not at all.
  ///
  /// Errors:   FailedPrecondition as of open(); the configuration is the old one then.
  [[nodiscard]] virtual absl::Status reconfigure(const Config& config) = 0;

  /// Asks; `done` is called with one answer a request, in their order, when all are on disk, on a
  /// thread of the coordinator: it must be quick and must not call the coordinator. Requests of one
  /// call are decided one after the other, in one transaction.
  ///
  /// Errors:   InvalidArgument (an unknown installation, what check(Request) refuses);
  ///           ResourceExhausted (too many wait; the disk is full); Unavailable (the database is
  ///           not there, or was lost while it was asked: whether the decision was written is found
  ///           out by asking again); Aborted (too many others at once, ask again). Nothing of the
  ///           call is decided then, but for Unavailable, where nobody knows.
  virtual void submit(std::vector<Request> requests, Timestamp now, OnAnswers done) = 0;

  /// As submit(), and waits for the answers.
  [[nodiscard]] Answers ask(std::vector<Request> requests, Timestamp now);

  /// Applies a listing, whole or not at all. Permissions are answered meanwhile.
  ///
  /// Errors:   InvalidArgument (an unknown installation; a host that check(Host) refuses, or two
  ///           different ones of one inventory number or name, with its place in the listing; too
  ///           long; received before it was started); Aborted (another listing of the installation
  ///           is being applied); Unavailable, ResourceExhausted as of submit(). The listing before
  ///           it stays in force then.
  [[nodiscard]] virtual absl::StatusOr<ListingResult> apply_listing(Listing listing,
                                                                    Timestamp now) = 0;

  /// Allows the next listing of an installation to lose any number of hosts, and journals it.
  [[nodiscard]] virtual absl::Status let_shrink(std::string_view installation,
                                                std::string_view asked_by, Timestamp now) = 0;

  /// Looks for conflicts and orphans, ends permissions that listings have overtaken, and throws
  /// away what nobody needs any more. To be called every now and then.
  [[nodiscard]] virtual absl::StatusOr<Findings> monitor(Timestamp now) = 0;

  /// All installations that have a host of that inventory number, name or uuid, by key.
  [[nodiscard]] virtual absl::StatusOr<std::vector<HostRecord>> find_inv(std::string_view bot,
                                                                         Inv inv) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<HostRecord>> find_name(
      std::string_view host_name) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<HostRecord>> find_uuid(
      std::string_view uuid) = 0;

  /// All hosts by key, of one installation or of all (an empty id). The cursor is a key.
  [[nodiscard]] virtual absl::StatusOr<Page<HostRecord>> hosts(std::string_view installation,
                                                               Cursor cursor) = 0;

  /// The journal from its start; the cursor is the number of an entry.
  [[nodiscard]] virtual absl::StatusOr<Page<JournalEntry>> journal(const JournalFilter& filter,
                                                                   Cursor cursor) = 0;

  /// The last entries that match, the latest first.
  [[nodiscard]] virtual absl::StatusOr<std::vector<JournalEntry>> latest(
      const JournalFilter& filter, std::size_t most) = 0;

  /// Conflicts by id, as the monitor last found them.
  [[nodiscard]] virtual absl::StatusOr<Page<Conflict>> conflicts(Cursor cursor) = 0;

  /// Orphans, as the monitor last found them; the cursor has no meaning of its own.
  [[nodiscard]] virtual absl::StatusOr<Page<Orphan>> orphans(Cursor cursor) = 0;

  /// What is known of the listings of all configured installations, in the configuration's order.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ListingState>> listings(Timestamp now) = 0;

  /// Whether the database answers.
  [[nodiscard]] virtual absl::Status ready() = 0;

  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

 protected:
  Coordinator() = default;
};

}  // namespace vitals::coordinator

#endif  // VITALS_COORDINATOR_COORDINATOR_H
