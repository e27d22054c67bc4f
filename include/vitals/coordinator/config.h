// SPDX-License-Identifier: Apache-2.0
/// @file
/// The coordinator's configuration: which installations there are, strictly read from YAML.
///
///     on_stale: refuse
///     installations:
///       rtc: {type: calls, bot: main, url: "https://rtc.example/v1/hosts", tokens: rtc.tokens}
///       il:  {type: polled, bot: il, url: "https://il.example/v1/hosts", poll_period: 10m}
///
/// Thread-safe: no shared state.

#ifndef VITALS_COORDINATOR_CONFIG_H
#define VITALS_COORDINATOR_CONFIG_H

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/coordinator/installation.h"

namespace vitals::coordinator {

/// The most installations that a configuration may state.
inline constexpr std::size_t most_installations = 100;

/// Who may read without asking for permissions.
enum class Reading : std::uint8_t { token, open };

inline constexpr std::array<std::string_view, 2> reading_names{"token", "open"};

/// Everything that a configuration file states.
struct Config {
  std::vector<Installation> installations{};  ///< in the order of the file

  /// A test stand: everything is polled and watched, nobody may ask.
  bool monitor_only = false;

  Reading reading = Reading::token;
  std::string reader_tokens{};  ///< path of the file with the tokens of those who only read
  std::string policy{};  ///< path of the policy file for decisions on health; empty: defaults

  /// The installation of that name; null where there is none.
  [[nodiscard]] const Installation* find(std::string_view id) const;
};

/// Reads a configuration from text; `source` is the name that errors give it. Paths are taken from
/// the directory of `source`.
///
/// Units:    durations are whole seconds, written `90s`, `5m`, `1h30m`.
/// Boundary: 1 to 100 installations. Periods are 1s or more, at most 366 days. `max_loss` is 0 to
///           100 percent.
/// Errors:   InvalidArgument, one line an error, each `SOURCE:LINE:COLUMN: PATH: what, expected
///           what`, all of them in one go, at most 100: ill-formed YAML, unknown keys (with the
///           nearest known one), duplicate keys, ill-written values, names that are no words, an
///           installation without `type` or `bot`, one that must be polled without a `url`, one
///           that calls without `tokens`, a deadline that is not longer than the period of polls.
/// Source:   SPEC 11 (how a policy is read).
[[nodiscard]] absl::StatusOr<Config> parse_config(std::string_view yaml, std::string_view source);

/// Reads a configuration from a file.
///
/// Errors:   those of parse_config(), and what the system says of the file, as `FILE: what`.
[[nodiscard]] absl::StatusOr<Config> read_config(const std::string& path);

}  // namespace vitals::coordinator

#endif  // VITALS_COORDINATOR_CONFIG_H
