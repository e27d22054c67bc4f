// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where a catalogue and its records are kept.
///
///     auto backend = Backend::open("dir:/etc/vitals/audits");     // or sqlite:FILE, postgresql://
///     auto catalogue = (*backend)->catalogue();
///     auto other = Backend::open("sqlite:audits.db", OpenMode::read);  // makes no file
///
/// Several engines may share one: claims are atomic in the database. `dir:PATH` has the catalogue
/// in YAML files, and its records in the SQLite file `PATH/.vitals-audit.db`, or in FILE with
/// `dir:PATH?records=FILE`.
///
/// Time: `now` is always given by the caller; engines that share a backend should have clocks that
/// differ by less than their leases allow for. Threads: one at a time.
///
/// Errors are those of lib/sql: Unavailable and Aborted may be tried again; others may not.

#ifndef VITALS_AUDIT_BACKEND_H
#define VITALS_AUDIT_BACKEND_H

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/audit/catalogue.h"
#include "vitals/audit/expansion.h"
#include "vitals/audit/record.h"

namespace vitals::audit {

/// A wish to repair a host.
struct RepairRequest {
  std::string host{};
  std::string audit{};
  std::string engine{};
  Timestamp until{};  ///< the end of the lease
  /// What calls for it was measured then, at the earliest; refused if a repair ended since.
  Timestamp measured_at{};
  Seconds again_after{0};  ///< refused if one of the same audit began on the host since then
};

/// What became of it.
struct RepairAnswer {
  std::int64_t id = 0;     ///< of the repair that began; 0: refused
  std::string_view why{};  ///< it was refused, for people; lives for ever

  [[nodiscard]] bool granted() const { return id != 0; }
};

/// A repair that was begun.
struct RepairRecord {
  std::int64_t id = 0;
  std::string_view host{};
  std::string_view audit{};
  Timestamp began_at{};
  Timestamp until{};  ///< the end of its lease
  std::optional<Timestamp> ended_at{};
};

/// What tells that an engine lives.
struct EngineSeen {
  std::string name{};
  Timestamp seen_at{};
};

/// What is wanted of a backend. Who only reads needs no right to write, and leaves no file behind.
enum class OpenMode : std::uint8_t {
  read,   ///< nothing is written; a directory without records has none
  write,  ///< a database must have its tables; those of an earlier version are brought up to date
  create  ///< likewise, and what is missing is made
};

class Backend {
 public:
  using VisitTime = absl::FunctionRef<void(const RecordTime&)>;
  using VisitRecord = absl::FunctionRef<void(const Record&)>;
  using VisitRepair = absl::FunctionRef<void(const RepairRecord&)>;
  /// Whether a repair may begin while those of these hosts go on.
  using MayRepair = absl::FunctionRef<bool(std::span<const std::string> hosts)>;
  using Factory =
      std::function<absl::StatusOr<std::unique_ptr<Backend>>(std::string_view url, OpenMode mode)>;

  /// Opens what a url names; its part before the colon says which kind.
  ///
  /// Errors:   InvalidArgument for an unknown scheme, naming the known ones; NotFound where there
  /// is
  ///           no catalogue and none is to be made; FailedPrecondition for tables of a later
  ///           version, or of an earlier one where they are only read; those of the backend.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Backend>> open(
      std::string_view url, OpenMode mode = OpenMode::create);

  /// Adds a kind of backend. To be called before threads are started.
  static void add_scheme(std::string scheme, Factory factory);

  virtual ~Backend() = default;

  /// The catalogue as it is now; the same pointer as long as nothing changed.
  ///
  /// Errors:   InvalidArgument for one that is broken: what is wrong, with places.
  virtual absl::StatusOr<std::shared_ptr<const Catalogue>> catalogue() = 0;

  /// Replaces the catalogue. Records follow at the next sync().
  virtual absl::Status store(const Catalogue& catalogue) = 0;

  /// Makes the records those of the tasks, which stand in the order of expand(): adds the missing,
  /// removes what is no task any more.
  virtual absl::Status sync(const Catalogue& catalogue, std::span<const Task> tasks,
                            Timestamp now) = 0;

  /// Visits all records, in any order.
  virtual absl::Status visit_times(VisitTime visit) = 0;
  /// Visits all records in order of host and audit.
  virtual absl::Status visit_records(VisitRecord visit) = 0;
  /// Visits those whose latest result was told at `since` or later, in any order.
  virtual absl::Status visit_results(Timestamp since, VisitRecord visit) = 0;

  /// Claims what is due and claimed by nobody, each record for itself; one answer a request.
  virtual absl::StatusOr<std::vector<ClaimAnswer>> claim(std::string_view engine,
                                                         std::span<const ClaimRequest> requests,
                                                         Timestamp now) = 0;

  /// Tells results. One answer each; none where the claim had passed to somebody else, or the
  /// record is gone: the result is dropped.
  virtual absl::StatusOr<std::vector<std::optional<Taken>>> finish(
      std::string_view engine, std::span<const Finished> finished, Timestamp now) = 0;

  /// Gives back what was claimed and not run.
  virtual absl::Status release(std::span<const Claimed> claimed, Timestamp now) = 0;

  /// Makes every record due at once. The next run of one that is being run is told by who runs it.
  virtual absl::Status run_all_now(Timestamp now) = 0;
  /// Makes records due at once; those that are being run, once more afterwards. How many they are.
  virtual absl::StatusOr<std::int64_t> run_now(const Selection& which, Timestamp now) = 0;
  /// Disables records, or undoes that. How many were changed: of those that are disabled already
  /// another reason is a change, none is not.
  virtual absl::StatusOr<std::int64_t> set_disabled(const Selection& which, bool disabled,
                                                    std::string_view reason, Timestamp now) = 0;
  /// Pauses all engines, or lets them go on.
  virtual absl::Status set_paused(bool paused, std::string_view reason) = 0;
  /// Lets all engines look at the records anew, soon.
  virtual absl::Status announce() = 0;
  virtual absl::StatusOr<Wishes> wishes() = 0;

  /// Begins a repair, unless one goes on on this host or was too short ago, `may` says no, or all
  /// engines or this record are paused. Atomic between all engines.
  virtual absl::StatusOr<RepairAnswer> begin_repair(const RepairRequest& request, MayRepair may,
                                                    Timestamp now) = 0;
  virtual absl::Status end_repair(std::int64_t repair, int exit_code, Timestamp now) = 0;
  /// Makes the lease of a repair that goes on end then, or a second later than it did: by the
  /// change others see that somebody is at it, whatever their clocks say.
  virtual absl::Status extend_repair(std::int64_t repair, Timestamp until) = 0;
  /// Visits all repairs that go on, or ended at `since` or later, in the order in which they began.
  virtual absl::Status visit_repairs(Timestamp since, VisitRepair visit) = 0;
  /// Ends a repair whose engine died at it, if its lease still ends at `until`.
  virtual absl::Status end_lost_repair(std::int64_t repair, Timestamp until, Timestamp now) = 0;

  /// Tells that an engine lives; who does, since a moment.
  virtual absl::Status tell_alive(std::string_view engine, Timestamp now) = 0;
  virtual absl::StatusOr<std::vector<EngineSeen>> engines() = 0;

  /// Forgets the repairs that ended before a moment, and the engines that were seen last before it.
  virtual absl::Status prune(Timestamp before) = 0;

  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

 protected:
  Backend() = default;
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_BACKEND_H
