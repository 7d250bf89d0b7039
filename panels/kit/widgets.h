// Widgets of the design system: sheets, tabs, segments, tags, inspector parts and the states of a panel. All are laid out
// by their own size hints, coloured by the theme in force and have accessible names.
#pragma once

#include <QAbstractButton>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QWidget>
#include <functional>
#include <utility>
#include <vector>

#include "panels/kit/table.h"
#include "panels/kit/theme.h"

class QBoxLayout;
class QVBoxLayout;
class QHBoxLayout;

namespace panels::kit {

// Label whose colour is a token of the style sheet, so that it follows the theme.
QLabel* label(const QString& text, Type type = Type::Body, Token token = Token::Tx, QWidget* parent = nullptr);
void set_tone(QLabel* label, Token token);
// Button 28 high with an icon; `shortcut` is shown after the text and in the tooltip.
QPushButton* button(const QString& text, const QString& icon_name = {}, const QString& shortcut = {}, QWidget* parent = nullptr);
QPushButton* primary_button(const QString& text, const QString& icon_name = {}, const QString& shortcut = {}, QWidget* parent = nullptr);
QPushButton* link_button(const QString& text, QWidget* parent = nullptr);
// 28x28, icon only; `name` is its accessible name and tooltip.
QToolButton* icon_button(const QString& icon_name, const QString& name, const QString& shortcut = {}, QWidget* parent = nullptr);
QLineEdit* filter_edit(const QString& placeholder, const QString& accessible_name, QWidget* parent = nullptr);
QFrame* hairline(QWidget* parent = nullptr);
QHBoxLayout* row(std::initializer_list<QWidget*> widgets, int spacing = gap::kM);

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

// Tabs 36 high with a 2 px underline and a count after each name. Left and Right move.
class TabStrip : public QWidget {
  Q_OBJECT
 public:
  explicit TabStrip(const QString& accessible_name, QWidget* parent = nullptr);
  int add(const QString& text, const QString& count = {});
  void set_count(int index, const QString& count, Token token = Token::Tx3, bool badge = false);
  void set_text(int index, const QString& text);
  int current() const { return current_; }
  void set_current(int index);
  int count() const { return int(tabs_.size()); }
  QString text(int index) const { return tabs_[std::size_t(index)].text; }
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 Q_SIGNALS:
  void changed(int index);

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent*) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Tab {
    QString text, count;
    Token token = Token::Tx3;
    bool badge = false;
  };
  QRect tab_rect(int index) const;
  int tab_at(const QPoint& at) const;
  std::vector<Tab> tabs_;
  int current_ = 0, hover_ = -1;
};

// Segmented control: one of a few. Left and Right move.
class Segments : public QWidget {
  Q_OBJECT
 public:
  explicit Segments(const QString& accessible_name, QWidget* parent = nullptr);
  int add(const QString& text, const QString& icon_name = {});
  int current() const { return current_; }
  void set_current(int index);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }

 Q_SIGNALS:
  void changed(int index);

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRect part_rect(int index) const;
  std::vector<std::pair<QString, QString>> parts_;
  int current_ = 0;
};

// Toggle 26x14.
class Toggle : public QAbstractButton {
  Q_OBJECT
 public:
  explicit Toggle(const QString& accessible_name, QWidget* parent = nullptr);
  QSize sizeHint() const override { return {34, 28}; }
  static void paint(QPainter& painter, const QRect& where, bool on, bool enabled = true);

 protected:
  void paintEvent(QPaintEvent*) override;
};

// Tag as a widget; TagSpec as in tables.
class Tag : public QWidget {
  Q_OBJECT
 public:
  explicit Tag(TagSpec spec, QWidget* parent = nullptr);
  void set(TagSpec spec);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return sizeHint(); }
  static int width_of(const TagSpec& spec);
  static void paint(QPainter& painter, const TagSpec& spec, const QRect& rect, bool on_selection = false);

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  TagSpec spec_;
};

// A key or chord in a small frame: Ctrl+K.
class KeyCap : public QLabel {
  Q_OBJECT
 public:
  explicit KeyCap(const QString& keys, QWidget* parent = nullptr);
};

// An icon as a widget, following the theme.
class IconLabel : public QWidget {
  Q_OBJECT
 public:
  IconLabel(const QString& name, Token token, int size = 16, QWidget* parent = nullptr);
  void set(const QString& name, Token token);
  QSize sizeHint() const override { return {size_, size_}; }
  QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  QString name_;
  Token token_;
  int size_;
};

// Inspector: header 56 (icon, caption, title), sections with a hairline between, rows 24, actions at the foot.
class InspectorView : public QWidget {
  Q_OBJECT
 public:
  InspectorView(const QString& icon_name, const QString& caption, const QString& title, QWidget* parent = nullptr, bool mono_title = false);
  const QString& icon_name() const { return icon_; }
  const QString& caption() const { return caption_; }
  const QString& title() const { return title_; }
  bool mono_title() const { return mono_title_; }
  QVBoxLayout* add_section(const QString& heading = {}, const QString& right = {});
  // Row 24 of the last section: name left, value right in mono.
  QLabel* add_row(const QString& name, const QString& value, Token token = Token::Tx);
  // A row whose value is a link to somewhere.
  QPushButton* add_link(const QString& name, const QString& value, std::function<void()> go);
  void add_widget(QWidget* widget);
  void add_text(const QString& text);                  // wrapped, Tx2
  void add_action(QPushButton* action);                // foot of the inspector
  const std::vector<QPushButton*>& actions() const { return actions_; }

 private:
  QString icon_, caption_, title_;
  bool mono_title_;
  QVBoxLayout* layout_;
  QVBoxLayout* section_ = nullptr;
  std::vector<QPushButton*> actions_;
};

// First use, filtered empty, never any: icon 32, one sentence, one primary action, one link.
class EmptyState : public QWidget {
  Q_OBJECT
 public:
  EmptyState(const QString& icon_name, const QString& sentence, QWidget* parent = nullptr);
  void set_sentence(const QString& sentence, const QString& detail = {});
  QPushButton* set_action(const QString& text, std::function<void()> run, const QString& shortcut = {});
  QPushButton* set_link(const QString& text, std::function<void()> run);

 private:
  QLabel *sentence_, *detail_;
  QPushButton *action_, *link_;
  std::function<void()> run_, go_;
};

// Inline banner for what is wrong in a panel: cause, a way out, copy details. Hidden while it has no text.
class Banner : public QFrame {
  Q_OBJECT
 public:
  explicit Banner(QWidget* parent = nullptr);
  void show_error(const QString& text, const QString& action = {}, std::function<void()> run = {});
  void show_warning(const QString& text, const QString& action = {}, std::function<void()> run = {});
  void clear();
  const QString& text() const { return text_; }

 private:
  void set(const QString& text, const QString& action, std::function<void()> run, Token token);
  QString text_;
  IconLabel* icon_;
  QLabel* label_;
  QPushButton *action_, *copy_;
  std::function<void()> run_;
};

// Text block in mono on bg0 with a frame: code, YAML, a reply.
QWidget* code_block(const QString& text, const QString& accessible_name, QWidget* parent = nullptr);

}  // namespace panels::kit
