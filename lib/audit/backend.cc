// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/backend.h"

#include <map>
#include <utility>

#include "audit/record_store.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/words.h"

namespace vitals::audit {
namespace {

std::map<std::string, Backend::Factory, std::less<>>& schemes() {
  static std::map<std::string, Backend::Factory, std::less<>> all{{"dir", open_directory},
                                                                  {"postgres", open_database},
                                                                  {"postgresql", open_database},
                                                                  {"sqlite", open_database}};
  return all;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Backend>> Backend::open(std::string_view url, OpenMode mode) {
  const std::size_t colon = url.find(':');
  const std::string_view scheme = url.substr(0, colon);
  const auto known = schemes().find(scheme);
  if (colon != std::string_view::npos && known != schemes().end()) {
    return known->second(url, mode);
  }
  std::vector<std::string_view> names;
  for (const auto& [name, factory] : schemes()) names.push_back(name);
  return invalid(in_quotes(url), " is no catalogue, expected SCHEME:WHERE with a scheme of ",
                 joined(names), did_you_mean(scheme, names));
}

void Backend::add_scheme(std::string scheme, Factory factory) {
  schemes()[std::move(scheme)] = std::move(factory);
}

}  // namespace vitals::audit
