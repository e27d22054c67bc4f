# SPDX-License-Identifier: Apache-2.0
# Looks for symbols that the header-only core must not need: it has no clock, no I/O, allocates
# nothing, throws nothing and stands on std alone. With EXPECT=none OBJECT must need none of them,
# with EXPECT=all each pattern must find one, which shows that it can.
set(forbidden
    "operator new"
    " malloc| calloc| realloc"
    " time\n| gettimeofday"
    "chrono::[^\n]*::now\\("
    " clock_gettime"
    " getenv"
    "printf| puts\n| putchar\n| fwrite\n"
    "std::[^\n]*(ostream|istream|ios_base|cout|cerr)"
    "absl::"
    " abort\n| exit\n"
    "__cxa_throw|std::__throw")

execute_process(COMMAND ${NM} --demangle --undefined-only ${OBJECT}
                RESULT_VARIABLE result OUTPUT_VARIABLE symbols)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${NM} ${OBJECT}: exit ${result}")
endif()

set(wrong "")
foreach(pattern IN LISTS forbidden)
  string(REGEX MATCH "[^\n]*(${pattern})[^\n]*" found "${symbols}")
  if(EXPECT STREQUAL "none" AND found)
    string(APPEND wrong "needs ${found}\n")
  elseif(EXPECT STREQUAL "all" AND NOT found)
    string(APPEND wrong "needs nothing like ${pattern}\n")
  endif()
endforeach()
if(wrong)
  message(FATAL_ERROR "${OBJECT}:\n${wrong}")
endif()
