use super::{javascript, python, typescript};

#[test]
fn a_declared_type_is_that_of_the_variable() {
    let file =
        python("def f(a: Foo, b: int = 3):\n    c: Bar = a\n    use(a)\n    use(b)\n    use(c)\n");
    let ty = |n| {
        file.facts
            .declared_type(file.used(n))
            .map(|ty| file.text(ty))
    };
    assert_eq!(ty(0).as_deref(), Some("Foo"));
    assert_eq!(ty(1).as_deref(), Some("int"));
    assert_eq!(ty(2).as_deref(), Some("Bar"));
}

#[test]
fn a_literal_and_a_copy_give_a_type() {
    let file = python("x = 3\ny = x\nz = g()\nuse(x)\nuse(y)\nuse(z)\n");
    let ty = |n| {
        file.facts
            .declared_type(file.used(n))
            .map(|ty| file.text(ty))
    };
    assert_eq!(ty(0).as_deref(), Some("3"));
    assert_eq!(ty(1).as_deref(), Some("3"));
    assert_eq!(ty(2), None);
}

#[test]
fn new_gives_the_class() {
    let file = javascript("let o = new Foo();\nuse(o);\n");
    let ty = file
        .facts
        .declared_type(file.used(0))
        .map(|ty| file.text(ty));
    assert_eq!(ty.as_deref(), Some("Foo"));
    let file = typescript("function f(a: string) { use(a); }\n");
    let ty = file
        .facts
        .declared_type(file.used(0))
        .map(|ty| file.text(ty));
    assert_eq!(ty.as_deref(), Some("string"));
}
