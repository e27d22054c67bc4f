// SPDX-License-Identifier: Apache-2.0
// Files that lie in the program itself; embed.py writes what is behind these names.
#ifndef VITALS_LIB_SERVICE_EMBEDDED_H
#define VITALS_LIB_SERVICE_EMBEDDED_H

#include <string_view>

namespace vitals {

extern const std::string_view embedded_page_html;
extern const std::string_view embedded_page_js;
extern const std::string_view embedded_page_css;
extern const std::string_view embedded_openapi_yaml;

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_EMBEDDED_H
