// Sheet: the card that a panel stands on.
#pragma once

#include <QFrame>
#include <QLabel>

#include "panels/kit/theme.h"

class QHBoxLayout;
class QVBoxLayout;

namespace panels::kit {

// Sheet: header 44 (title, caption, tools at the right), a body, an optional footer 28.
class Sheet : public QFrame {
  Q_OBJECT
 public:
  explicit Sheet(QWidget* parent = nullptr, int header_height = size::kSheetHeader);
  void set_title(const QString& title);
  void set_caption(const QString& caption);
  void set_header_visible(bool visible);
  void add_tool(QWidget* tool);                      // right side of the header, left to right
  QHBoxLayout* header_layout() const { return header_layout_; }
  QVBoxLayout* body() const { return body_; }
  void set_footer(const QString& left, const QString& right = {});   // rich text allowed; hidden while both are empty
  void set_busy(bool busy);                          // 2 px bar under the header, after 150 ms

 private:
  QWidget* header_;
  QHBoxLayout* header_layout_;
  QHBoxLayout* tools_;
  QLabel *title_, *caption_;
  QVBoxLayout* body_;
  QWidget* footer_;
  QLabel *footer_left_, *footer_right_;
  QWidget* busy_ = nullptr;
};

}  // namespace panels::kit
