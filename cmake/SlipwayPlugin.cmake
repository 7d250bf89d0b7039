# slipway_plugin(name source...): a plugin as a shared library without a copy of the engine of its own: its
# symbols come from the program that loads it. See docs/guide/plugins.md.
function(slipway_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_compile_features(${name} PRIVATE cxx_std_20)
  # Hidden: only the plugin's record and functions are to be seen. No unique symbols: with one the loader would never unload it.
  target_compile_options(${name} PRIVATE -fvisibility=hidden $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set_target_properties(${name} PROPERTIES PREFIX "")
  if(TARGET slipway)
    target_include_directories(${name} PRIVATE $<TARGET_PROPERTY:slipway,INTERFACE_INCLUDE_DIRECTORIES>)
  else()
    target_include_directories(${name} PRIVATE $<TARGET_PROPERTY:slipway::plugin,INTERFACE_INCLUDE_DIRECTORIES>)
  endif()
endfunction()
