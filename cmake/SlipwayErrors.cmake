# slipway_generate_errors(target PROTOS file.proto... [ROOT dir] [IMPORT_DIRS dir...])
# Error enums of .proto files as C++ (docs/guide/errors.md): for ROOT/shop/v1/error.proto the target can include
# "shop/v1/error.errors.h". ROOT is the current source folder unless given; errors/errors.proto is found by itself.
set(SLIPWAY_ERRORS_PROTO_DIR)
foreach(up ../engine ../../../include ../../../../include)
  if(NOT SLIPWAY_ERRORS_PROTO_DIR AND EXISTS ${CMAKE_CURRENT_LIST_DIR}/${up}/slipway/protoc/errors/errors.proto)
    get_filename_component(SLIPWAY_ERRORS_PROTO_DIR ${CMAKE_CURRENT_LIST_DIR}/${up}/slipway/protoc ABSOLUTE)
  endif()
endforeach()

function(slipway_generate_errors target)
  cmake_parse_arguments(arg "" "ROOT" "PROTOS;IMPORT_DIRS" ${ARGN})
  if(NOT TARGET slipway::protoc-gen-slipway-errors)
    message(FATAL_ERROR "slipway_generate_errors(${target}): protoc-gen-slipway-errors was not built (needs libprotoc-dev; SLIPWAY_PROTOC_PLUGINS=ON)")
  endif()
  if(NOT arg_ROOT)
    set(arg_ROOT ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_errors)
  set(paths -I${arg_ROOT} -I${SLIPWAY_ERRORS_PROTO_DIR})
  foreach(dir ${arg_IMPORT_DIRS})
    list(APPEND paths -I${dir})
  endforeach()
  set(made)
  foreach(proto ${arg_PROTOS})
    get_filename_component(proto ${proto} ABSOLUTE BASE_DIR ${arg_ROOT})
    file(RELATIVE_PATH name ${arg_ROOT} ${proto})
    string(REGEX REPLACE "\\.proto$" ".errors.h" header ${out}/${name})
    add_custom_command(
      OUTPUT ${header}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
      COMMAND protobuf::protoc --plugin=protoc-gen-slipway-errors=$<TARGET_FILE:slipway::protoc-gen-slipway-errors> --slipway-errors_out=${out} ${paths} ${proto}
      DEPENDS ${proto} ${SLIPWAY_ERRORS_PROTO_DIR}/errors/errors.proto slipway::protoc-gen-slipway-errors
      COMMENT "Generating ${name} errors"
      VERBATIM)
    list(APPEND made ${header})
  endforeach()
  add_custom_target(${target}_errors DEPENDS ${made})
  add_dependencies(${target} ${target}_errors)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${out}>)
endfunction()
