// SPDX-License-Identifier: Apache-2.0
// Names of hosts are DNS names: capital letters make no difference, so none are kept.
#ifndef VITALS_LIB_COORDINATOR_LOWER_CASE_H
#define VITALS_LIB_COORDINATOR_LOWER_CASE_H

#include <string>

namespace vitals::coordinator {

inline void to_lower_case(std::string& name) {
  for (char& letter : name) {
    if ('A' <= letter && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
}

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_LOWER_CASE_H
