// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/catalogue.h"

#include <algorithm>
#include <tuple>

namespace vitals::audit {
namespace {

constexpr auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };

template <class Named>
const Named* find(const std::vector<Named>& all, std::string_view name) {
  const auto found =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const Named& one, std::string_view wanted) { return one.name < wanted; });
  return found == all.end() || found->name != name ? nullptr : &*found;
}

void sort_needs(std::vector<ClassNeed>& needs) {
  std::stable_sort(needs.begin(), needs.end(),
                   [](const ClassNeed& a, const ClassNeed& b) { return a.of_class < b.of_class; });
}

}  // namespace

void sort(Catalogue& catalogue) {
  // Stable, so that of two that bear one name the first that was said stays the first.
  std::stable_sort(catalogue.hosts.begin(), catalogue.hosts.end(), by_name);
  std::stable_sort(catalogue.groups.begin(), catalogue.groups.end(), by_name);
  for (Host& host : catalogue.hosts) sort_needs(host.needs);
  for (Group& group : catalogue.groups) {
    sort_needs(group.needs);
    std::sort(group.hosts.begin(), group.hosts.end());
    group.hosts.erase(std::unique(group.hosts.begin(), group.hosts.end()), group.hosts.end());
  }
  std::stable_sort(catalogue.audits.begin(), catalogue.audits.end(),
                   [](const Audit& a, const Audit& b) {
                     return std::tie(a.owner, a.name) < std::tie(b.owner, b.name);
                   });
}

const Host* find_host(const Catalogue& catalogue, std::string_view name) {
  return find(catalogue.hosts, name);
}

const Group* find_group(const Catalogue& catalogue, std::string_view name) {
  return find(catalogue.groups, name);
}

}  // namespace vitals::audit
