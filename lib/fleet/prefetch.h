// SPDX-License-Identifier: Apache-2.0
// A fleet is larger than any cache: what is about to be read is asked for beforehand.
#ifndef VITALS_LIB_FLEET_PREFETCH_H
#define VITALS_LIB_FLEET_PREFETCH_H

namespace vitals {

// A hint and no more: any address will do.
inline void prefetch([[maybe_unused]] const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#endif
}

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_PREFETCH_H
