//! Derivatives of bundle adjustment.

use crate::programs::bundle_adjustment::*;
use crate::{assert_close, assert_slopes, uniform};
use chainrule::prelude::*;
use chainrule_tests::{answers, assert_near, check_vjp};

fn three(bounds: (f64, f64), rng: &mut Rng) -> [f64; 3] {
    uniform(3, bounds, rng).try_into().unwrap()
}

fn camera(rng: &mut Rng) -> Camera {
    Camera {
        rotation: three((-0.5, 0.5), rng),
        center: three((-1.0, 1.0), rng),
        focal_length: 400.0 + 200.0 * rng.uniform(),
        principal_point: [3.0 * rng.uniform(), -2.0],
        distortion: [-0.1 * rng.uniform(), 0.01],
    }
}

fn point(rng: &mut Rng) -> [f64; 3] {
    let [x, y, z] = three((-1.0, 1.0), rng);
    [x, y, z + 6.0]
}

/// Each of the points is seen by each of the cameras, with some noise.
#[test]
fn gradient_of_the_whole_problem() {
    let mut rng = Rng::seed(11);
    let cameras: Vec<Camera> = (0..8).map(|_| camera(&mut rng)).collect();
    let points: Vec<[f64; 3]> = (0..60).map(|_| point(&mut rng)).collect();
    let mut observations = Vec::new();
    for (c, camera) in cameras.iter().enumerate() {
        for (p, point) in points.iter().enumerate() {
            let noise = uniform(2, (-1.0, 1.0), &mut rng);
            let [x, y] = project(camera, point);
            let feature = [x + noise[0], y + noise[1]];
            observations.push(Observation {
                camera: c,
                point: p,
                feature,
            });
        }
    }
    let weights = uniform(observations.len(), (0.8, 1.2), &mut rng);
    // What the observations contribute cancels, by a factor of a hundred here and there.
    let gradient = answers!(cost(&cameras, &points, &weights, &observations); 0.5).agreed_by(
        0.5,
        |actual, expected| {
            assert_close(actual, expected, 64.0 * f64::EPSILON);
        },
    );
    assert_slopes(
        |(cameras, points, weights)| cost(cameras, points, weights, &observations),
        &(cameras.clone(), points.clone(), weights.clone()),
        &gradient,
        1e-6,
        1e-7,
    );
}

/// Both rows of the Jacobian of one observation, by pullbacks of the unit vectors.
#[test]
fn rows_of_the_jacobian() {
    let mut rng = Rng::seed(5);
    for _ in 0..20 {
        let (camera, point, feature) = (camera(&mut rng), point(&mut rng), [20.0, -30.0]);
        let weight = 0.5 + rng.uniform();
        let rows = [[1.0, 0.0], [0.0, 1.0]].map(|unit| {
            let (_, pullback) = reprojection_error::vjp(&camera, &point, weight, &feature);
            pullback(unit)
        });
        for (row, component) in rows.into_iter().zip(0..) {
            let f = |at: &(Camera, [f64; 3], f64)| {
                reprojection_error(&at.0, &at.1, at.2, &feature)[component]
            };
            let at = (camera.clone(), point, weight);
            gradcheck(f, &at, &row).unwrap();
            assert_eq!(row.0.principal_point[component], weight);
            assert_eq!(row.0.principal_point[1 - component], 0.0);
            // A camera that moves with the point sees the same.
            for (center, point) in row.0.center.iter().zip(row.1) {
                assert_near(center, &-point, 1e-14);
            }
        }
    }
}

#[test]
fn rotations() {
    let (r, x) = ([0.3, -0.4, 0.5], [1.0, 2.0, -1.5]);
    check_vjp!([r, x] rotate(r, x));
    let y = rotate(&r, &x);
    assert_near(&dot(&y, &y), &dot(&x, &x), 1e-15);
    // At rest the derivative is the cross product with the axis.
    let (turned, pullback) = rotate::vjp(&[0.0; 3], &x);
    assert_eq!(turned, x);
    assert_eq!(
        pullback([1.0, 0.0, 0.0]),
        ([0.0, x[2], -x[1]], [1.0, 0.0, 0.0])
    );
    // A quarter turn about z.
    let y = rotate(&[0.0, 0.0, std::f64::consts::FRAC_PI_2], &x);
    assert_near(&y, &[-x[1], x[0], x[2]], 1e-15);
}
