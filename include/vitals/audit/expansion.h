// SPDX-License-Identifier: Apache-2.0
/// @file
/// From a catalogue to what there is to do: each audit of a group for each of its hosts, and each
/// host's own.
///
///     tasks(host) = its own audits + those of every group that it is in
///
/// An audit comes to a host from one place. From two it is an error that names both: a duplicate
/// where they say the same, a contradiction where they do not. There is no order among groups that
/// would let one override another: whoever reads a catalogue sees what is run where. The same holds
/// for what a host needs of a class, by its own words and those of its groups.
///
/// Pure; the time that it takes follows the number of tasks.

#ifndef VITALS_AUDIT_EXPANSION_H
#define VITALS_AUDIT_EXPANSION_H

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/audit/catalogue.h"

namespace vitals::audit {

/// One audit of one host, as numbers into the catalogue's lists.
struct Task {
  std::uint32_t host = 0;
  std::uint32_t audit = 0;

  friend bool operator==(const Task&, const Task&) = default;
};

/// How many tasks a catalogue may come to.
inline constexpr std::size_t most_tasks = 16'000'000;

/// Everything that there is to do, disabled audits included, in order of host and of audit name.
///
/// Errors:   InvalidArgument, one line an error, at most 100: a duplicate or a contradiction; a
///           group's member or an audit's owner that is unknown; a name that a group and a host
///           have; a share of a group in which repairs are enabled that comes to no host at all;
///           needs beyond the limits of a recording; more than most_tasks. Each begins with the
///           place, and names the other one.
[[nodiscard]] absl::StatusOr<std::vector<Task>> expand(const Catalogue& catalogue);

/// A stable hash of a task's names: the same in every process, on every machine, for ever. It
/// spreads the runs of a group over the period.
///
///     hash = FNV-1a (64 bits) of host, 0, audit; then mixed by the finalizer of SplitMix64
///
/// Abseil's hash is another one in every process, and of no use for what several engines share.
///
/// Units:    none. Whoever wants a moment within a period takes it modulo the period.
/// Errors:   none.
///
///     stable_hash("", "") == 0x25fc6dd36ce04b20
[[nodiscard]] std::uint64_t stable_hash(std::string_view host, std::string_view audit) noexcept;

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_EXPANSION_H
