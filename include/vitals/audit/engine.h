// SPDX-License-Identifier: Apache-2.0
/// @file
/// The engine: takes from the scheduler what is due, claims and runs it, tells the backend and the
/// recording what came of it, and repairs what the catalogue says.
///
///     Engine engine(backend, clock, sink, {.name = "auditor-1"});
///     absl::Status status = engine.run();      // until stop(): then nothing is left in processing
///
/// A repair is run when its audit's check counts and is CRIT and by SPEC 9 its host is failing; it
/// is a manipulation with begin and end in the recording, so what was measured before proves
/// nothing afterwards. Never two at once on a host, never more of a group than its share, and not
/// again within `again_after`; the audit itself is run anew as soon as it can prove anything.
///
/// What people ask of all engines through the backend (pause, resume, run now) is heeded within
/// `heed_every`; what is paused is run once afterwards, spread.
///
/// Threads: none of its own; stop() from any, and from handlers of signals.

#ifndef VITALS_AUDIT_ENGINE_H
#define VITALS_AUDIT_ENGINE_H

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vitals/audit/backend.h"
#include "vitals/audit/clock.h"
#include "vitals/audit/executor.h"
#include "vitals/audit/recorder.h"
#include "vitals/audit/scheduler.h"
#include "vitals/policy_yaml.h"

namespace vitals::audit {

struct EngineOptions {
  std::string name{};  ///< of this engine; no other on the backend may have it
  ExecutorOptions executor{};
  SchedulerOptions scheduler{};
  Seconds lease_margin{30};  ///< a lease lasts an audit's time-out, the grace and this
  Seconds alive_every{60};   ///< how often it tells the backend that it lives
  Seconds heed_every{5};     ///< how often it looks whether people ask for anything
  Seconds keep{7'776'000};   ///< how long ended repairs, and engines that are gone, are remembered
  Seconds push_period{300};  ///< how often the recording repeats each state
  bool dry_run = false;      ///< tell what would be repaired, and repair nothing
  bool once = false;         ///< run every audit once, now, and stop
  PolicySet policy{};        ///< whose constants judge hosts before a repair
  /// Told what people should know: errors of the backend, repairs.
  std::function<void(std::string_view message)> on_message{};
};

/// What an engine did.
struct EngineCounters {
  std::uint64_t runs = 0;
  std::uint64_t refused = 0;  ///< claims that another engine had
  std::uint64_t lost = 0;     ///< results that came after the end of a lease
  std::uint64_t repairs = 0;
};

class Engine {
 public:
  /// Told each line of the recording, and when lines should be seen.
  struct Sink {
    std::function<void(std::string_view line)> line;
    std::function<void()> flush;
  };

  /// Backend and clock must outlive the engine.
  Engine(Backend& backend, Clock& clock, Sink sink, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs until stop(), or with `once` until everything was run; then waits for what runs.
  ///
  /// Errors:   those of the first refresh, and with `once` of claims, which nobody tries again:
  ///           otherwise errors are told afterwards, and it goes on.
  absl::Status run();

  /// Takes no new work. A second call kills what runs.
  void stop() noexcept;

  [[nodiscard]] const EngineCounters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_ENGINE_H
