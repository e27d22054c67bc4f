// SPDX-License-Identifier: Apache-2.0
/// @file
/// Results as a recording, live: what `vitals replay` and every other reader takes.
///
///     {"event":"check","receive_time":...,"host":"h1","service":"disk","status":"OK",
///      "status_mtime":...,"metadata":{"timestamp":...},"description":"..."}
///
/// The metadata timestamp is when the run began: what it found was true at some moment since. So
/// audits are checks of kind hw_watcher in a policy, whose freshness follows from that and from
/// the period, and whose proof after a repair is immediate. As Juggler does, the recorder repeats
/// each state once a push period until the audit is due again; a repetition has a new receive_time
/// and the old metadata timestamp. An engine that is silent, or late, goes stale by SPEC 3.
///
/// Lines are in order of time: where a clock steps back, time in the recording stands still. Where
/// nothing is told for a while a host is declared once more, which changes nothing: readers see by
/// it that time passes, and what is silent goes stale.
/// Source: SPEC 3, 4 and 11.

#ifndef VITALS_AUDIT_RECORDER_H
#define VITALS_AUDIT_RECORDER_H

#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "vitals/audit/catalogue.h"
#include "vitals/audit/record.h"
#include "vitals/event.h"
#include "vitals/policy_yaml.h"
#include "vitals/text_time.h"
#include "vitals/time.h"

namespace vitals::audit {

/// The checks that a catalogue's audits are: one for each name that is enabled somewhere, its
/// period the longest that it has anywhere, required if every host has it. The constants and
/// classes are those of `base`. A check is of kind hw_watcher unless the file of `base` names it:
/// then it has that kind, and so the dependencies of an active one. What speaks for a class is a
/// check even if it is audited nowhere.
[[nodiscard]] PolicySet audit_policy(const Catalogue& catalogue, const PolicySet& base);

class Recorder {
 public:
  /// Takes a line, line feed included, and the event that it says.
  using Sink = std::function<void(std::string_view line, const Event& event)>;

  /// `longest_silence`: between two lines.
  explicit Recorder(Sink sink, Seconds push_period = Seconds{300},
                    Seconds longest_silence = longest_duration);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Tells of the hosts that are new, that are gone, and of which something else is stated: the
  /// switch, the rack, or what they need. What is not stated any more stays as it was, because
  /// nobody can take back what a recording says; `null` states that there is none.
  void tell_hosts(const Catalogue& catalogue, Timestamp now);

  /// Tells a result, and repeats it until `next_run`, or until a repair of the host ends. False for
  /// a host that was not told: nothing was written.
  bool tell(std::string_view host, std::string_view audit, const Result& result,
            Timestamp status_since, Timestamp next_run, Timestamp now);

  /// Tells that work on a host began or ended. False for a host that was not told.
  bool tell_repair(std::string_view host, bool begins, Timestamp now);

  /// The time of the last line.
  [[nodiscard]] Timestamp time() const;

  /// Repeats what is due, and ends a silence.
  void repeat(Timestamp now);
  /// When repeat() should be called at the latest; none if nothing is to be repeated.
  [[nodiscard]] std::optional<Timestamp> next_repeat() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_RECORDER_H
