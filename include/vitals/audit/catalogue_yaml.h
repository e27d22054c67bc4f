// SPDX-License-Identifier: Apache-2.0
/// @file
/// A catalogue as YAML files, strictly read and written again.
///
///     hosts:                                   # three words with a meaning of their own
///       n1.example.net: {address: 192.0.2.1, groups: [compute], switch: s1, rack: r1}
///       api.example.net: {address: 192.0.2.9, switch: null, needs: {storage: [s1, s2], dns: null}}
///     groups:
///       compute: {hosts: [n2.example.net], repairs_at_once: 10%, needs: {runtime: ["{host}"]}}
///     audits:                                  # what the uses below leave out
///       logs: {command: [check_log, -H, "{address}"], timeout: 30s}
///     compute:                                 # everything else: a group or a host
///       audits:
///         logs: {run_every: 30mins}
///     api.example.net:
///       audits:
///         vmbooter: {run_every: 1hour, command: [boot_vm], enabled: false,
///                    disabled_reason: moving, repair: {command: [restart_api], enabled: true}}
///
/// A catalogue is all files `*.yaml` and `*.yml` of a directory, in any order, as if they were one.

#ifndef VITALS_AUDIT_CATALOGUE_YAML_H
#define VITALS_AUDIT_CATALOGUE_YAML_H

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vitals/audit/catalogue.h"
#include "vitals/time.h"

namespace vitals::audit {

/// A file, not yet read: the name that errors give it, and what it holds.
struct CatalogueFile {
  std::string name{};
  std::string text{};

  friend bool operator==(const CatalogueFile&, const CatalogueFile&) = default;
};

/// Reads files as one catalogue.
///
/// Boundary: a file is at most 1 MiB. No files, or empty ones, are an empty catalogue.
/// Errors:   InvalidArgument, one line an error, each `FILE:LINE:COLUMN: PATH: what, expected
///           what`, of all files in one go, at most 100 a file: ill-formed YAML, unknown keys (with
///           the nearest known one), duplicates with both places, an owner that is neither a group
///           nor a host, an unknown member, an audit without command or run_every, and everything
///           that expand() refuses.
[[nodiscard]] absl::StatusOr<Catalogue> parse_catalogue(std::span<const CatalogueFile> files);

/// The catalogue's files of a directory, in order of name. Hidden files are none.
///
/// Errors:   what the system says, as `PATH: what`.
[[nodiscard]] absl::StatusOr<std::vector<CatalogueFile>> read_catalogue_files(
    const std::string& directory);

/// Reads a directory.
[[nodiscard]] absl::StatusOr<Catalogue> read_catalogue(const std::string& directory);

/// The catalogue as files that read back to the same: hosts, groups, and a file of audits an owner;
/// long lists are cut into several files, so that each can be read.
[[nodiscard]] std::vector<CatalogueFile> to_yaml(const Catalogue& catalogue);

/// Reads how often something runs: `30mins`, `1day`, `2days`, `1hour`, `45s`, or a duration such as
/// `1h30m`.
///
/// Boundary: 1s to 366 days.
/// Errors:   InvalidArgument, saying what was expected.
[[nodiscard]] absl::StatusOr<Seconds> parse_run_every(std::string_view text);

}  // namespace vitals::audit

#endif  // VITALS_AUDIT_CATALOGUE_YAML_H
