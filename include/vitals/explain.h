// SPDX-License-Identifier: Apache-2.0
/// @file
/// Why: every rule that speaks of a check with its numbers, who blocks it, when it will be decided,
/// and all of it as text, as JSON and as a picture.
///
///     a rule shuts the check out  iff  `now` lies outside its window
///     the check counts            iff  no rule shuts it out
///
/// An explanation holds no rule of its own: windows, reasons and verdicts come from
/// vitals/verdict.h, and only words and numbers are added. It owns all that it names, so it
/// outlives the fleet it speaks of. Names stand in it as they were recorded; each renderer escapes
/// what its reader could not bear. Pure: no clock, no locale, no environment is read. Thread-safe.

#ifndef VITALS_EXPLAIN_H
#define VITALS_EXPLAIN_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/fleet.h"
#include "vitals/health.h"
#include "vitals/verdict.h"

namespace vitals {

/// What a rule says at `now`.
enum class RuleState : std::uint8_t {
  permits,    ///< it lets the check count
  shuts_out,  ///< it is a reason why the check does not count
  not_asked,  ///< its switch or rack is unknown now, and nothing else is concluded from that one
  spared      ///< it does not permit, but of this class one member is enough, and another is well
};

/// One rule with the numbers it compared.
struct RuleExplanation {
  Reason reason = Reason::stale;
  RuleState state = RuleState::permits;
  Window permitted{};                    ///< when it permits the check if nothing new arrives
  std::optional<Kind> infrastructure{};  ///< netmon or rack, where such a check is behind the rule
  std::string object{};                  ///< that switch or rack; empty if nobody stated which
  std::string object_check{};            ///< the name of that netmon or rack check
  std::string sentence{};  ///< the numbers: clock times, lengths, and what follows from them
  std::string remedy{};    ///< what would change it; empty unless it shuts the check out
  std::string of_class{};  ///< the class whose member `object` is, where such a one is behind it
  Quorum quorum = Quorum::all;        ///< how many of that class are needed
  std::vector<std::string> behind{};  ///< through whom it is needed, the nearest to it first
};

/// From when on the state is known to have been true, by which formula, and what that one trusts.
/// Source: SPEC 4, and the last paragraph of 2.
struct Proof {
  Effective effective{};
  std::string sentence{};  ///< the formula with its numbers
  std::string trusts{};    ///< what may be wrong with it
};

/// The answer to "when will this be decided?". Moments are set only where they are what is awaited.
///
/// Boundary: each `..._after` is not enough itself, one second later is.
/// Source:   SPEC 6, last paragraph; proof_by adds the longest regular pause before what is
/// awaited.
struct Decision {
  std::optional<Timestamp> at{};              ///< only time is missing: from here on it counts
  std::optional<Timestamp> receipt_after{};   ///< a receipt later than this proves the same state
  std::optional<Timestamp> change_after{};    ///< a change stamped later than this proves at once
  std::optional<Timestamp> measured_after{};  ///< hw_watcher: so does a measurement later than this
  std::optional<Timestamp> proof_by{};        ///< such a receipt or measurement is expected by then
  std::string sentence{};
};

/// From a moment on, these are the reasons, if nothing new arrives.
struct Forecast {
  Timestamp from{};
  Reasons excluded_by{};
};

/// What happened, or is awaited, at a moment: a tick on the timeline.
enum class LandmarkType : std::uint8_t {
  status_change,
  receipt,
  measurement,
  assign,
  rename,
  manipulation_begin,
  manipulation_end,
  infrastructure_change,
  appear_by,  ///< from here an unobserved check is missing
  proof,      ///< from here a receipt or a measurement proves
  proof_by    ///< by then that one is expected
};

struct Landmark {
  LandmarkType type = LandmarkType::receipt;
  Timestamp at{};
  std::string label{};  ///< without the time, such as `work ended`
};

/// All there is to say about one check at one moment.
struct Explanation {
  Timestamp now{};
  std::string host{};  ///< of an infrastructure check the switch or rack
  std::string check{};
  CheckPolicy policy{};
  std::optional<Observation> observation{};  ///< none: nothing was received
  std::optional<Status> status{};            ///< that people may see: none once expired
  std::optional<Verdict> verdict{};          ///< none: there is nothing to say, and no rules either
  std::vector<std::string> blocked_by{};     ///< switches and racks, sorted, each once
  std::vector<RuleExplanation> rules{};      ///< in the order of SPEC 5, infrastructure by object
  std::optional<Proof> proof{};              ///< none for netmon, rack, and while unobserved
  Decision decision{};
  std::vector<Forecast> forecast{};   ///< the first is at next_change
  std::vector<Landmark> landmarks{};  ///< in order of time
};

/// A host, or a switch or a rack, with its checks.
struct HostExplanation {
  Timestamp now{};
  std::string host{};
  std::optional<HostState> state{};    ///< none for a switch or a rack
  std::vector<std::string> failing{};  ///< checks that count and are CRIT, sorted
  std::vector<std::string> waiting{};  ///< required checks that time may decide, sorted
  std::vector<std::string> silent{};   ///< required checks to tell the owner of, sorted
  std::vector<Explanation> checks{};   ///< in the order in which they were given
};

/// Explains one check.
///
/// Units:    seconds since the Unix epoch.
/// Boundary: as of judge(): the rules that shut out are exactly its reasons at `now`.
/// Errors:   none. Where has_verdict() is false, the decision's sentence says why.
/// Source:   SPEC 5 and 6.
///
///     fleet.visit_checks("h1", [&](const CheckView& check) {
///       checks.push_back(explain(check, fleet.policy().constants, now));
///     });
[[nodiscard]] Explanation explain(const CheckView& view, const Policy& policy, Timestamp now);

/// Puts the explanations of all checks of one name together; with the state, if a host has it and
/// not only a switch or rack.
///
/// Errors:   none. Only checks of hosts have a say in the state.
/// Source:   SPEC 9.
[[nodiscard]] HostExplanation explain_host(std::string name, bool is_host, Timestamp now,
                                           std::vector<Explanation> checks);

/// How text is drawn.
struct TextStyle {
  bool color = false;  ///< ANSI colors
  bool utf8 = true;    ///< box characters; otherwise ASCII, other bytes escaped
  int columns = 100;   ///< of the terminal; held within 80 and 120
};

/// For a person at a terminal: a table of the checks and the host's state, then of each check the
/// reasons, window, forecast, proof, every rule and a timeline. Control characters in names are
/// written as `\x1b`.
[[nodiscard]] std::string to_text(const HostExplanation& host, const TextStyle& style);

/// One JSON object on one line, without a line feed. Keys are stable and always there, in this
/// order; moments are Unix seconds, windows `[from, until]` with null for unbounded and null for
/// never, as in verdict lines:
///
///     {"time":...,"host":"...","state":"undecided","failing":[...],"waiting":[...],"silent":[...],
///      "checks":[{"check":"ssh","kind":"active","required":true,"status":"OK","counts":false,
///        "excluded_by":["..."],"blocked_by":["..."],"window":[...],"next_change":...,
///        "observation":{"status":"OK","status_mtime":...,"receive_time":...,
///                       "metadata_timestamp":...,"implausible":false},
///        "rules":[{"rule":"stale","state":"permits","object":null,"object_check":null,
///                  "permitted":[...],"sentence":"...","remedy":null}],
///        "proof":{"effective":...,"formula":"receipt","sentence":"...","trusts":"..."},
///        "decision":{"at":...,"receipt_after":...,"change_after":...,"measured_after":...,
///                    "proof_by":...,"sentence":"..."},
///        "forecast":[{"from":...,"excluded_by":["..."]}],
///        "events":[{"type":"receipt","time":...,"label":"..."}]}]}
///
/// A rule about a member of a class has two keys more behind `object_check`: "class", and "behind"
/// with the members through which it is needed. `state` is null for a switch or a rack; `counts`,
/// `excluded_by`, `window` and `next_change` are null where the check has no verdict; `observation`
/// and `proof` where there is none.
[[nodiscard]] std::string to_json(const HostExplanation& host);

/// A picture, one panel a check: one row a rule, windows as bars, events as ticks, `now` as a line.
/// Self-contained SVG for light and dark backgrounds. Control characters in names are written as
/// `\x1b`, because XML cannot hold them.
[[nodiscard]] std::string to_svg(const HostExplanation& host);

}  // namespace vitals

#endif  // VITALS_EXPLAIN_H
