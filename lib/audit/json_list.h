// SPDX-License-Identifier: Apache-2.0
// Lists of texts as tables hold them: `["check_ssh","-H"]`.
#ifndef VITALS_LIB_AUDIT_JSON_LIST_H
#define VITALS_LIB_AUDIT_JSON_LIST_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitals::audit {

[[nodiscard]] std::string json_list(const std::vector<std::string>& texts);

// None where the text is anything else than a list of texts.
[[nodiscard]] std::optional<std::vector<std::string>> read_json_list(std::string_view text);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_JSON_LIST_H
