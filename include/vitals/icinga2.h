// SPDX-License-Identifier: Apache-2.0
/// @file
/// Icinga 2's API event stream as a recording: which of its results are ours, and since when each
/// state has lasted.
///
///     absl::StatusOr<Icinga2Map> map = read_icinga2_map("map.yaml");
///     absl::StatusOr<Icinga2Reader> reader = Icinga2Reader::open({"events.ndjson.zst"}, *map);
///     while (const Event* event = reader->next()) append_event(recording, *event);
///     if (!reader->status().ok()) ...          // FILE:LINE: what is wrong, what was expected
///
///     receive_time       = when the recorder got the line; of a bare line the event's timestamp
///     status             = the plugin's state 0, 1, 2, 3 as OK, WARN, CRIT, NODATA
///     status_mtime       = execution_end of the result since which the state is the same
///     metadata.timestamp = execution_end, where the map says so and the result was submitted
///
/// A line is what Icinga sent, or that in a recorder's envelope,
/// `{"receive_time":..., "event":{...}}`. What becomes of each field, and why: docs/icinga2.md.
/// Memory grows with the number of objects, not with the length of the stream. Not thread-safe.

#ifndef VITALS_ICINGA2_H
#define VITALS_ICINGA2_H

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/event.h"

namespace vitals {

/// What one Icinga service is called here.
struct Icinga2Check {
  std::string name;
  /// Submitted results say in execution_end when they were measured: it becomes the metadata
  /// timestamp that checks of kind hw_watcher need.
  bool measured_at_execution_end = false;

  friend bool operator==(const Icinga2Check&, const Icinga2Check&) = default;
};

/// Icinga host objects that are the same to us: hosts, switches or racks.
struct Icinga2Class {
  /// Patterns of their names: `*`, `?`, `[a-f]`, `[!a-f]`; all else is literal.
  std::vector<std::string> match{};
  /// By Icinga's name of the service; those not here are left out. None: every service is taken
  /// under its own name.
  std::optional<std::map<std::string, Icinga2Check, std::less<>>> services{};
  /// The host object's own check; none: left out.
  std::optional<Icinga2Check> host_check{};
};

/// A switch or rack that the topology states: nothing, that there is none, or its name.
struct Icinga2Place {
  Place::Says says = Place::Says::nothing;
  std::string name{};

  [[nodiscard]] Place view() const { return {.says = says, .name = name}; }
};

/// Where some hosts are.
struct Icinga2Topology {
  std::vector<std::string> hosts;  ///< patterns
  Icinga2Place on_switch{};
  Icinga2Place in_rack{};
};

/// What Icinga's objects are to us. The default takes every object as a host whose switch and rack
/// nobody stated.
struct Icinga2Map {
  Icinga2Class switches{};  ///< looked at first
  Icinga2Class racks{};     ///< looked at second
  Icinga2Class hosts{.match = {"*"}};
  std::vector<Icinga2Topology> topology{};  ///< the first that matches speaks alone
  /// Old name to new name. Icinga cannot rename: it deletes one object and creates another.
  std::map<std::string, std::string, std::less<>> renames{};
};

/// Whether a name matches a pattern of a map as a whole, bytewise.
///
///     matches_pattern("node-a0[1-6]", "node-a03") == true
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view name);

/// Which class of the map an Icinga host object belongs to; null: none, it is left out.
[[nodiscard]] const Icinga2Class* class_of(const Icinga2Map& map, std::string_view name);

/// Reads a map from YAML text; `source` is the name that errors give it.
///
/// Errors:   InvalidArgument, one line an error, each `SOURCE:LINE:COLUMN: ...`, all of them in one
///           go: unknown and duplicate keys, ill-typed or empty values, broken patterns, a topology
///           entry that states nothing, renames of what is no host or onto one name.
[[nodiscard]] absl::StatusOr<Icinga2Map> parse_icinga2_map(std::string_view yaml,
                                                           std::string_view source);

/// Reads a map from a file. Errors: those of parse_icinga2_map(), and NotFound as `FILE: ...`.
[[nodiscard]] absl::StatusOr<Icinga2Map> read_icinga2_map(const std::string& path);

/// What became of the lines.
struct Icinga2Counters {
  std::uint64_t lines = 0;     ///< read, blank ones left out
  std::uint64_t checks = 0;    ///< events of the recording by what they are
  std::uint64_t hosts = 0;     ///< declared
  std::uint64_t assigned = 0;  ///< of these: created while we looked
  std::uint64_t renamed = 0;
  std::uint64_t removed = 0;
  std::uint64_t hosts_without_place = 0;  ///< declared, though no switch or no rack was stated
  std::uint64_t repeated = 0;  ///< dropped: a StateChange that repeats the result before it
  std::uint64_t unmapped = 0;  ///< dropped: results of objects that the map leaves out
  std::uint64_t deleted = 0;   ///< dropped: results of hosts that were deleted
  /// Events of other types, and of objects that are no hosts, by type.
  std::map<std::string, std::uint64_t, std::less<>> ignored{};
};

class Icinga2Reader {
 public:
  /// Opens streams that follow each other, as a log that was cut into files; plain, gzip or zstd,
  /// `-` is standard input. `before_read` is called before each read that may wait.
  ///
  /// Errors:   NotFound, PermissionDenied, InvalidArgument (no file, `-` twice) as `FILE: ...`.
  [[nodiscard]] static absl::StatusOr<Icinga2Reader> open(
      const std::vector<std::string>& paths, Icinga2Map map,
      const std::function<void()>& before_read = {});
  /// Reads one stream from memory, which must outlive the reader.
  [[nodiscard]] static Icinga2Reader from_text(std::string_view text, std::string source,
                                               Icinga2Map map);

  Icinga2Reader(Icinga2Reader&&) noexcept;
  Icinga2Reader& operator=(Icinga2Reader&&) noexcept;
  ~Icinga2Reader();

  /// The next event of the recording, valid until the next call; null at the end and at an error.
  ///
  /// Units:    whole seconds, floored.
  /// Boundary: times never decrease. A line that is less than a second late counts as received with
  ///           the one before it, because neighbours of a stream may be swapped by a fraction; a
  ///           full second late is an error.
  /// Errors:   InvalidArgument `FILE:LINE: ...`: no JSON, a missing or ill-typed field, an unknown
  ///           state, time that runs backwards or lies outside 1970 to 2106. An execution_end
  ///           outside is what some agent's clock said, and no reason to stop: it is held at the
  ///           nearer end.
  [[nodiscard]] const Event* next();

  /// OK, or the error that ended the reading.
  [[nodiscard]] const absl::Status& status() const;

  [[nodiscard]] const Icinga2Counters& counters() const;

 private:
  class Impl;
  explicit Icinga2Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals

#endif  // VITALS_ICINGA2_H
