// Controls: labels, buttons, the filter field, toggles, tags and key caps of the design system. Each is laid out by its own size
// hint, coloured by the theme in force and has an accessible name.
#pragma once

#include <QAbstractButton>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <initializer_list>

#include "panels/kit/table.h"
#include "panels/kit/theme.h"

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
// "1 key", "5 keys".
QString plural(int n, const QString& one, const QString& many);
// "Undo  (Ctrl+Z)": a tooltip with its shortcut.
QString tip(const QString& name, const QString& shortcut);
// 2 px of the accent just inside `rect`: where the keyboard is.
void focus_ring(QPainter& painter, const QRectF& rect, double radius);
// After a dynamic property that the style sheet asks for has changed.
void repolish(QWidget* widget);

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

}  // namespace panels::kit
