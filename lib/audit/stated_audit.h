// SPDX-License-Identifier: Apache-2.0
// What a file states of an audit, which may leave out what stands elsewhere.
#ifndef VITALS_LIB_AUDIT_STATED_AUDIT_H
#define VITALS_LIB_AUDIT_STATED_AUDIT_H

#include <optional>
#include <string>
#include <vector>

#include "vitals/audit/catalogue.h"
#include "yaml/yaml_reader.h"

namespace vitals::audit {

struct StatedRepair {
  std::optional<std::vector<std::string>> command{};
  std::optional<Seconds> timeout{};
  std::optional<Seconds> again_after{};
  std::optional<bool> enabled{};
};

struct StatedAudit {
  std::optional<Seconds> run_every{};
  std::optional<std::vector<std::string>> command{};
  std::optional<Seconds> timeout{};
  std::optional<bool> enabled{};
  std::optional<std::string> disabled_reason{};
  std::optional<StatedRepair> repair{};
};

// Reads the map of an audit; tells what is wrong with it.
[[nodiscard]] StatedAudit read_audit(YamlReader& in, const YamlValue& map);

// What a use states, and of the rest what `general`, which may be null, says. Complete but for
// owner, name and origin; tells, with the place of the use, what neither states.
[[nodiscard]] Audit complete(YamlReader& in, const YamlValue& use, const StatedAudit& stated,
                             const StatedAudit* general);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_STATED_AUDIT_H
