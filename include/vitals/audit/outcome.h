// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the end of a program says of a host: exit code and output as monitoring plugins have them.
///
///     exit code   0: OK    1: WARN    2: CRIT    3: NODATA (a plugin's UNKNOWN)
///     anything else: NODATA, with the reason in front of the output
///
/// A time-out is NODATA, too: nothing was measured. Whoever takes it for a failure lets the plugin
/// itself time out, as all of them can. Pure.

#ifndef VITALS_AUDIT_OUTCOME_H
#define VITALS_AUDIT_OUTCOME_H

#include <cstdint>
#include <string>
#include <string_view>

#include "vitals/audit/record.h"
#include "vitals/observation.h"
#include "vitals/time.h"

namespace vitals::audit {

/// How a program ended.
struct Ended {
  enum class How : std::uint8_t {
    exited,       ///< `number` is its exit code
    signalled,    ///< `number` is the signal
    timed_out,    ///< it was killed for that
    not_started,  ///< `number` is the system's errno
    stopped       ///< it was killed because the engine stops
  };
  How how = How::exited;
  int number = 0;
  std::string out{};     ///< what it wrote to standard output, as far as it was kept
  std::string err{};     ///< to standard error
  bool cut_off = false;  ///< it wrote more than was kept
  Timestamp started_at{};
  Timestamp finished_at{};
  Seconds timeout{0};  ///< how long it was allowed to run
};

/// The status for an exit code.
///
///     status_of_exit(2) == Status::crit
[[nodiscard]] constexpr Status status_of_exit(int code) noexcept {
  switch (code) {
    case 0:
      return Status::ok;
    case 1:
      return Status::warn;
    case 2:
      return Status::crit;
    default:
      return Status::nodata;
  }
}

/// The result: its output is the first line of standard output without what stands behind `|`,
/// the performance data; of standard error if that is empty. Bytes that are no UTF-8, and control
/// characters, are escaped; more than longest_output bytes are cut.
///
///     result_of({.number = 1, .out = "DISK WARNING - 3 GB free|/=9GB\n"}).output
///         == "DISK WARNING - 3 GB free"
[[nodiscard]] Result result_of(const Ended& ended);

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_OUTCOME_H
